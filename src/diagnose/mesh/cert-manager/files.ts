// Keys of the Secrets that cert-manager reads and writes.

/** The certificate, and those above it. */
export const CERTIFICATE = 'tls.crt';
export const KEY = 'tls.key';
/** Whom to trust. */
export const CA = 'ca.crt';
