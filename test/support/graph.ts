// Certificates of any shape, right and wrong, for tests of what judges them.
import { DAY } from '../../src/base/clock.ts';
import type { PrivateKey, PublicKey } from '../../src/crypto/key.ts';
import { keyIdentifier } from '../../src/crypto/digest.ts';
import { generateKey } from '../../src/crypto/generate.ts';
import { signerOf, type Signer } from '../../src/crypto/sign.ts';
import { encodeDn, parseDn } from '../../src/name/dn.ts';
import type { GeneralName } from '../../src/name/san.ts';
import { parseCertificate, type Certificate } from '../../src/x509/certificate.ts';
import type { ExtensionInput, ExtensionValue } from '../../src/x509/extensions.ts';
import { signCertificate } from '../../src/x509/tbs.ts';
import { anchorOf, type VerifyRequest } from '../../src/verify/types.ts';

/** When the tests take place. */
export const NOW = new Date('2026-06-01T12:00:00Z');

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** A certificate with its key. */
export interface Holder {
  readonly subject: string;
  readonly key: PrivateKey;
  readonly certificate: Certificate;
}

export interface Shape {
  readonly subject?: string;
  /** The issuer; absent: the holder itself. */
  readonly by?: Holder;
  /** A name for the issuer that is not its own. */
  readonly issuerName?: string;
  readonly key?: PrivateKey;
  /** A key to be certified that is not the holder's: of a kind that nobody could sign with. */
  readonly publicKey?: PublicKey;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly serial?: Uint8Array;
  readonly signer?: Signer;
  /** Takes the place of the extension of the same kind; null leaves it out. */
  readonly extensions?: Partial<
    Record<
      ExtensionValue['kind'],
      ExtensionValue | { critical: ExtensionValue } | { loose: ExtensionValue } | null
    >
  >;
}

const CRITICAL: ReadonlySet<string> = new Set(['basicConstraints', 'keyUsage', 'nameConstraints']);

let serials = 0;

async function make(shape: Shape, standard: readonly ExtensionValue[]): Promise<Holder> {
  const { subject = `CN=holder ${serials}`, key = generateKey('ec-p256'), by } = shape;
  const { publicKey = key.publicKey } = shape;
  const issuerKey = by?.key ?? key;
  const values = new Map<string, ExtensionInput>();
  const put = (value: ExtensionValue, critical = CRITICAL.has(value.kind)) =>
    values.set(value.kind === 'unknown' ? value.oid : value.kind, { value, critical });
  for (const value of standard) put(value);
  put({ kind: 'subjectKeyIdentifier', id: keyIdentifier(publicKey.keyBits) });
  put({ kind: 'authorityKeyIdentifier', keyId: keyIdentifier(issuerKey.publicKey.keyBits) });
  for (const [kind, value] of Object.entries(shape.extensions ?? {}))
    if (value === null) values.delete(kind);
    else if ('critical' in value) put(value.critical, true);
    else if ('loose' in value) put(value.loose, false);
    else put(value);
  const der = await signCertificate(
    {
      serial: shape.serial ?? Uint8Array.of(1, ++serials >> 8, serials & 0xff),
      issuer: encodeDn(parseDn(shape.issuerName ?? by?.subject ?? subject)),
      notBefore: shape.notBefore ?? new Date(NOW.getTime() - 30 * DAY),
      notAfter: shape.notAfter ?? new Date(NOW.getTime() + 30 * DAY),
      subject: encodeDn(parseDn(subject)),
      spki: publicKey.spki,
      extensions: [...values.values()],
    },
    shape.signer ?? signerOf(issuerKey),
  );
  return { subject, key, certificate: parseCertificate(der) };
}

/** A CA: a root, or an intermediate where `by` is given. */
export function ca(shape: Shape = {}): Promise<Holder> {
  return make(shape, [
    { kind: 'basicConstraints', ca: true },
    { kind: 'keyUsage', usages: ['keyCertSign', 'cRLSign'] },
  ]);
}

/** A server's and client's leaf for `api.example.org`. */
export function leaf(shape: Shape & { readonly names?: readonly GeneralName[] }): Promise<Holder> {
  const { names = [{ kind: 'dns', value: 'api.example.org' }] } = shape;
  return make({ subject: 'CN=api.example.org', ...shape }, [
    { kind: 'basicConstraints', ca: false },
    { kind: 'keyUsage', usages: ['digitalSignature'] },
    { kind: 'extendedKeyUsage', purposes: [SERVER_AUTH, CLIENT_AUTH] },
    ...(names.length > 0 ? [{ kind: 'subjectAltName', names } as const] : []),
  ]);
}

/** A request for the usual server, so that a test states only what is unusual. */
export function ask(
  end: Holder,
  roots: readonly Holder[],
  untrusted: readonly Holder[] = [],
  more: Partial<VerifyRequest> = {},
): VerifyRequest {
  return {
    leaf: end.certificate,
    anchors: roots.map(({ certificate }) => anchorOf(certificate)),
    untrusted: untrusted.map(({ certificate }) => certificate),
    at: NOW,
    purpose: 'server',
    ...more,
  };
}
