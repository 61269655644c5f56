// Where a server of ours listens, and which names it answers to.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { dnsNameMatches } from '../name/dns.ts';
import { formatIp, parseIp } from '../name/ip.ts';
import type { Certificate } from '../x509/certificate.ts';

export const LOOPBACK = '127.0.0.1';

const PORT = 8443;

/** `--listen`. Throws BAD_OPTION. */
export function readAddress(given: string | undefined): string {
  if (given === undefined || given === 'localhost') return LOOPBACK;
  const address = given.replace(/^\[(.*)\]$/, '$1');
  if (parseIp(address)) return address;
  throw new MtlsError('BAD_OPTION', `--listen cannot be ${quoteForeign(given)}`, {
    hint: 'give an address of this machine: 127.0.0.1, ::1, or 0.0.0.0 for all',
  });
}

/** `--port`. Throws BAD_OPTION. */
export function readPort(given: string | undefined): number {
  const port = given === undefined ? PORT : Number(given);
  if (given !== undefined && (!/^\d{1,5}$/.test(given) || port > 65_535))
    throw new MtlsError('BAD_OPTION', `--port cannot be ${quoteForeign(given)}`, {
      hint: 'a number up to 65535; 0 takes any that is free',
    });
  return port;
}

/** Whether a Host header names this server: a page of another may have been led here (DNS rebinding). */
export function hostCheck(
  [leaf]: readonly Certificate[],
  address: string,
): (host: string | undefined) => boolean {
  const names = leaf?.names ?? [];
  const own = new Set(['localhost', LOOPBACK, '::1', address]);
  for (const name of names) if (name.kind === 'ip') own.add(formatIp(name.value));
  return (host = '') => {
    const bare = host
      .replace(/:\d+$/, '')
      .replace(/^\[(.*)\]$/, '$1')
      .toLowerCase();
    return (
      own.has(bare) || names.some((name) => name.kind === 'dns' && dnsNameMatches(name.value, bare))
    );
  };
}
