// What Linkerd's Server may say is spoken on its port.

export const PROXY_PROTOCOLS = ['HTTP/1', 'HTTP/2', 'gRPC', 'TLS', 'opaque', 'unknown'] as const;

export type ProxyProtocol = (typeof PROXY_PROTOCOLS)[number];
