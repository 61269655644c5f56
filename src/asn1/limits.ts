// Bounds on hostile encodings, each with its reason.

/** Nesting: a certificate with every RFC 5280 extension stays under 20; Go's cryptobyte users and webpki bound it likewise. */
export const MAX_DEPTH = 32;

/** One certificate, request or key: browsers and OpenSSL stop at 100 KiB per handshake message; we allow ten times that. */
export const MAX_OBJECT_LENGTH = 1024 * 1024;

/** Arcs of an object identifier beyond 32 bits have no use in PKIX (X.660 sets no bound). */
export const MAX_OID_LENGTH = 128;
