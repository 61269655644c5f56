// The modes of Istio's mutual TLS.

/** In the order in which a mesh goes through them. */
export const MTLS_MODES = ['disable', 'permissive', 'strict'] as const;

export type MtlsMode = (typeof MTLS_MODES)[number];
