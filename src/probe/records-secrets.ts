// Secrets of a session in the lines of a key log (NSS key log format, RFC 9850).
import { fromHex } from '../base/bytes.ts';

/** Labels of TLS 1.3 that stand for a direction and an epoch, and the one of TLS 1.2. */
export type SecretLabel =
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0'
  | 'CLIENT_RANDOM';

/** Answers the secret of a label in the session of a ClientHello. */
export type Secrets = (label: SecretLabel, clientRandom: string) => Uint8Array | undefined;

/** Reads key log lines; others are passed over. The last of a label and a session holds. */
export function readKeyLog(lines: readonly string[]): Secrets {
  const known = new Map<string, Uint8Array>();
  for (const line of lines) {
    const [label, random, hex = ''] = line.trim().split(' ');
    const secret = fromHex(hex);
    if (secret !== undefined && secret.length > 0) known.set(`${label} ${random}`, secret);
  }
  return (label, random) => known.get(`${label} ${random}`);
}
