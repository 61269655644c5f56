// A recorded handshake, message by message: who sent it, what it is, and what it carried.
import { cutText } from '../../base/text.ts';
import { authorityName } from '../../diagnose/handshake-client.ts';
import { certificateInfo } from '../../library/info/certificate.ts';
import { MtlsError } from '../../base/errors.ts';
import type { Step, StepMessage } from '../../probe/records-transcript.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Style } from '../style.ts';
import { renderTable } from './table.ts';
import type { Cell } from './cell.ts';

/** As many names as a line shows. */
const SHOWN = 4;

/** For people; what is protected on the wire is so marked. */
export function handshakeText(steps: readonly Step[], style: Style): string {
  const rows = steps.map(({ from, message, protected: sealed }): readonly Cell[] => {
    const alert = 'alert' in message && message.alert !== 'close_notify';
    return [
      from === 'client' ? '  →' : '  ←',
      { text: message.name, tone: alert ? 'bad' : 'plain' },
      { text: sealed ? 'sealed' : '', tone: 'faint' },
      detailOf(message),
    ];
  });
  return renderTable(undefined, rows, style);
}

function detailOf(message: StepMessage): string {
  const parts = partsOf(message);
  return parts.filter((part) => part !== '').join('; ');
}

function partsOf(message: StepMessage): readonly string[] {
  if ('versions' in message) {
    const { versions, serverName, alpn } = message;
    return [
      versions.join(', '),
      serverName === undefined ? 'no server name' : `server name ${cutText(serverName)}`,
      alpn.length === 0 ? '' : `ALPN ${cutText(alpn.join(', '))}`,
    ];
  }
  if ('suite' in message) {
    const { version, suite, group = '', alpn } = message;
    return [version, suite, group, alpnText(alpn)];
  }
  if ('authorities' in message) {
    const { authorities, signatureAlgorithms } = message;
    const names = authorities.map(authorityName);
    return [
      names.length === 0 ? 'names no CAs' : `CAs: ${listText(names)}`,
      listText(signatureAlgorithms),
    ];
  }
  if ('certificates' in message)
    return [
      message.certificates.length === 0
        ? 'none'
        : message.certificates.map((der) => cutText(titleOf(der))).join(' < '),
    ];
  if ('alert' in message) return [message.alert, message.fatal ? 'fatal' : ''];
  if ('algorithm' in message) return [message.algorithm];
  if ('group' in message) return [message.group ?? ''];
  if ('content' in message) return [message.content];
  if ('alpn' in message) return [alpnText(message.alpn)];
  return ['malformed' in message ? 'malformed' : ''];
}

function alpnText(protocol: string | undefined): string {
  return protocol === undefined ? '' : `ALPN ${cutText(protocol)}`;
}

function listText(items: readonly string[]): string {
  const shown = items
    .slice(0, SHOWN)
    .map((item) => cutText(item))
    .join(', ');
  return items.length > SHOWN ? `${shown} and ${items.length - SHOWN} more` : shown;
}

function titleOf(der: Uint8Array): string {
  return readable(der, (certificate) => certificateTitle(certificate)) ?? 'unreadable';
}

function readable<T>(
  der: Uint8Array,
  read: (certificate: ReturnType<typeof parseCertificate>) => T,
): T | undefined {
  try {
    return read(parseCertificate(der));
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}

/** For programs. */
export function stepJson(step: Step): Readonly<Record<string, unknown>> {
  const { from, at, protected: sealed, size, message } = step;
  const carried = Object.entries(message).flatMap(([field, value]: [string, unknown]) => {
    if (field === 'name' || field === 'random') return [];
    if (field === 'certificates') return [[field, (value as Uint8Array[]).map(certificateJson)]];
    if (field === 'authorities') return [[field, (value as Uint8Array[]).map(authorityName)]];
    return [[field, value]];
  });
  return {
    from,
    message: message.name,
    ms: Math.round(at * 10) / 10,
    protected: sealed,
    bytes: size,
    ...(Object.fromEntries(carried) as Record<string, unknown>),
  };
}

function certificateJson(der: Uint8Array): Readonly<Record<string, unknown>> | null {
  const read = readable(der, (certificate) => {
    const { subject, issuer, serial, names, notBefore, notAfter, key, ca, purposes, sha256 } =
      certificateInfo(certificate);
    return { subject, issuer, serial, names, notBefore, notAfter, key, ca, purposes, sha256 };
  });
  return read ?? null;
}
