// Where to connect: `host:port`, as people type it.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { parseDnsName } from '../name/dns.ts';
import { parseIp } from '../name/ip.ts';

export interface Target {
  /** A DNS name in A-labels, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** `host:port`, with brackets where they belong. */
  readonly text: string;
}

/**
 * Reads `api.example.org:8443`, `10.0.0.7:443`, `[::1]:8443`, or a host alone.
 *
 * @throws MtlsError BAD_NAME
 */
export function parseTarget(given: string, usualPort: number): Target {
  const fail = (what: string) =>
    new MtlsError('BAD_NAME', `${quoteForeign(given)} is no place to connect to: ${what}`, {
      hint: 'write host:port, as in api.example.internal:8443 or [::1]:8443',
    });
  const text = given
    .trim()
    .replace(/^(?:https|tls):\/\//i, '')
    .replace(/\/$/, '');
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  const plain = /^([^:[\]/\s]+)(?::(\d+))?$/.exec(text);
  // An IPv6 address alone is full of colons
  const found = bracketed ?? plain ?? (parseIp(text) ? [text, text] : undefined);
  if (!found) throw fail('it has another form');
  const [, host = '', digits] = found;
  const port = digits === undefined ? usualPort : Number(digits);
  if (port < 1 || port > 65_535) throw fail('a port is a number from 1 to 65535');
  const address = parseIp(host) !== undefined;
  if (bracketed && !address) throw fail('only addresses stand in brackets');
  const name = address ? host : parseDnsName(host);
  return { host: name, port, text: `${name.includes(':') ? `[${name}]` : name}:${port}` };
}
