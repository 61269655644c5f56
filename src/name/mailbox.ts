// Mailboxes of RFC 5321 §4.1.2, and the host of a URI (RFC 3986 §3.2): what constraints look at.
import { isIa5String } from '../asn1/string.ts';
import { parseIp } from './ip.ts';

export interface Mailbox {
  /** Local part, without quotes and escapes; its case counts. */
  readonly local: string;
  /** Domain in lower case; an address literal keeps its brackets. */
  readonly host: string;
}

const DOT_ATOM = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** Reads `local@host`, the local part as a dot-atom or quoted; undefined when it is neither. */
export function readMailbox(text: string): Mailbox | undefined {
  const at = text.lastIndexOf('@');
  if (at < 1 || at === text.length - 1 || !isIa5String(text)) return undefined;
  const written = text.slice(0, at);
  const host = text.slice(at + 1).toLowerCase();
  if (DOT_ATOM.test(written)) return { local: written, host };
  if (!/^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"$/.test(written)) return undefined;
  return { local: written.slice(1, -1).replace(/\\(.)/g, '$1'), host };
}

/** Whether a local part needs no quotes. */
export function isDotAtom(text: string): boolean {
  return DOT_ATOM.test(text);
}

/**
 * The host of a URI in lower case, without its trailing dot; undefined when the URI has no
 * authority, an empty or unreadable host, or an IP address for one.
 */
export function uriHostName(uri: string): string | undefined {
  const authority = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#\\]*)(?:[/?#]|$)/.exec(uri)?.[1];
  if (authority === undefined) return undefined;
  const at = authority.indexOf('@');
  const hostPort = authority.slice(at + 1);
  const host = /^([A-Za-z0-9._-]+?)\.?(?::[0-9]*)?$/.exec(hostPort)?.[1];
  if (host === undefined || parseIp(host) !== undefined) return undefined;
  return host.toLowerCase();
}
