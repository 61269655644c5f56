// What SPIRE reads: the settings of its server, and trust bundles as SPIFFE has them.
import { toBase64 } from '../base/bytes.ts';
import { keyObjectOf, type PublicKey } from '../crypto/key.ts';
import { RSA_ENCRYPTION } from '../crypto/public-key.ts';
import type { Certificate } from '../x509/certificate.ts';
import { hclString } from './hcl.ts';

/** Names of the files, below the folder that the server reads. */
export const UPSTREAM_FILES = {
  certificate: 'upstream.crt',
  key: 'upstream.key',
  bundle: 'bundle.crt',
  settings: 'upstream.conf',
} as const;

/** Curves that Go reads keys on. */
const CURVES: ReadonlySet<string | undefined> = new Set(['P-224', 'P-256', 'P-384', 'P-521']);

/** Whether the disk plugin takes a key: it compares keys of ECDSA and RSA, and no others. */
export function spireSignsWith(key: PublicKey): boolean {
  return key.kind === 'ec'
    ? CURVES.has(key.curve)
    : key.kind === 'rsa' && key.algorithmOid === RSA_ENCRYPTION;
}

/**
 * The block for `plugins` of server.conf.
 *
 * @param folder where the server finds the files
 * @throws MtlsError BAD_OPTION for a folder that HCL would read otherwise
 */
export function upstreamSettings(folder: string): string {
  const file = (name: string) =>
    hclString(`${folder.replace(/\/+$/, '')}/${name}`, 'server.conf', '/etc/spire-server/upstream');
  return `UpstreamAuthority "disk" {
  plugin_data {
    cert_file_path = ${file(UPSTREAM_FILES.certificate)}
    key_file_path = ${file(UPSTREAM_FILES.key)}
    bundle_file_path = ${file(UPSTREAM_FILES.bundle)}
  }
}
`;
}

export interface SpiffeBundle {
  readonly roots: readonly Certificate[];
  /** Grows with every change (SPIFFE Trust Domain and Bundle §4.1.1). */
  readonly sequence: number;
  /** Seconds until consumers look again (§4.1.2). */
  readonly refreshHint?: number | undefined;
}

/** A trust bundle as a JWK Set: for each root its key and itself, and no `kid` (§4.2, X509-SVID §6). */
export function spiffeBundle({ roots, sequence, refreshHint }: SpiffeBundle): string {
  const keys = roots.map(({ publicKey, der }) => ({
    ...keyObjectOf(publicKey).export({ format: 'jwk' }),
    use: 'x509-svid',
    x5c: [toBase64(der)],
  }));
  const bundle = {
    spiffe_sequence: sequence,
    ...(refreshHint !== undefined && { spiffe_refresh_hint: refreshHint }),
    keys,
  };
  return `${JSON.stringify(bundle, undefined, 2)}\n`;
}
