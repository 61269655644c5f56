// What Certificate Transparency puts into certificates (RFC 6962 §3).
export const SCT_LIST = '1.3.6.1.4.1.11129.2.4.2';
export const POISON = '1.3.6.1.4.1.11129.2.4.3';
