// How a bundle endpoint is known (SPIFFE Federation §5.2).

/** By an SVID of its own trust domain, or by a certificate that browsers trust. */
export const ENDPOINT_PROFILES = ['https_spiffe', 'https_web'] as const;

export type EndpointProfile = (typeof ENDPOINT_PROFILES)[number];
