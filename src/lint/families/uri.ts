// URIs as RFC 3986 cuts them, by one pass of a linear expression.

export interface UriParts {
  readonly scheme: string | undefined;
  /** Undefined where there is none; empty where nothing stands between the slashes. */
  readonly authority: string | undefined;
  /** What follows scheme and authority. */
  readonly rest: string;
}

const URI = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?/;

export function uriParts(text: string): UriParts {
  const found = URI.exec(text);
  return {
    scheme: found?.[1],
    authority: found?.[2],
    rest: text.slice(found?.[0].length ?? 0),
  };
}

/** The host of an authority: without user and port, brackets kept. */
export function hostOf(authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:[0-9]*$/, '');
}

const FULL =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\.?$/i;

/** A fully qualified domain name; `localhost` is one of a single label (RFC 6761 §6.3). */
export function isFullName(host: string): boolean {
  return FULL.test(host) || host.toLowerCase() === 'localhost';
}
