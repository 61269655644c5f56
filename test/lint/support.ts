// Certificates of any shape for rules to look at, and the rules that trip over them.
import type { NameDer, SpkiDer } from '../../src/base/bytes.ts';
import { DAY } from '../../src/base/clock.ts';
import { keyIdentifier } from '../../src/crypto/digest.ts';
import type { PrivateKey } from '../../src/crypto/key.ts';
import type { LocalSigner } from '../../src/crypto/sign.ts';
import { lint, type LintOptions } from '../../src/lint/engine.ts';
import type { Linted } from '../../src/lint/pile.ts';
import { encodeDn, parseDn } from '../../src/name/dn.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { certify, type Holder } from '../../src/testing/certify.ts';
import { RANDOM } from '../../src/testing/source.ts';
import type { Certificate } from '../../src/x509/certificate.ts';
import {
  EXTENDED_KEY_USAGES,
  EXTENSION_OIDS,
  type ExtensionInput,
  type ExtensionValue,
  type KeyUsage,
  type KnownExtensionKind,
} from '../../src/x509/extensions.ts';

export const NOW = new Date('2026-03-01T12:00:00Z');

/** What is unusual about a certificate; the rest is as it should be. */
export interface Unusual {
  readonly subject?: string | NameDer;
  readonly days?: number;
  readonly notBefore?: Date;
  readonly serial?: Uint8Array;
  readonly key?: PrivateKey;
  readonly spki?: SpkiDer;
  readonly signer?: LocalSigner;
  readonly issuer?: Holder;
  /** Extensions by kind: in place of the usual one, or none. */
  readonly with?: Readonly<Partial<Record<KnownExtensionKind, ExtensionInput | null>>>;
  readonly also?: readonly ExtensionInput[];
  readonly bendTbs?: (tbs: Uint8Array) => Uint8Array;
}

export function extension(value: ExtensionValue, critical = false): ExtensionInput {
  return { value, critical };
}

/** An extension whose value no writer would write. */
export function raw(kind: KnownExtensionKind, hex: string, critical = false): ExtensionInput {
  const value = new Uint8Array(Buffer.from(hex, 'hex'));
  return { value: { kind: 'unknown', oid: EXTENSION_OIDS[kind], value }, critical };
}

export function names(...texts: readonly string[]): ExtensionInput {
  return extension({ kind: 'subjectAltName', names: texts.map(parseIdentityName) });
}

export function usage(...usages: readonly KeyUsage[]): ExtensionInput {
  return extension({ kind: 'keyUsage', usages }, true);
}

export function purposes(...wanted: readonly (keyof typeof EXTENDED_KEY_USAGES)[]): ExtensionInput {
  const oids = wanted.map((name) => EXTENDED_KEY_USAGES[name]);
  return extension({ kind: 'extendedKeyUsage', purposes: oids });
}

function made(unusual: Unusual, usual: Unusual): Holder {
  const shape = { ...usual, ...unusual };
  const key = shape.key ?? RANDOM.newKey('ec-p256');
  const { issuer, subject = '', notBefore = NOW, days = 90 } = shape;
  const id = keyIdentifier((shape.spki ? key : key).publicKey.keyBits, 'sha256');
  const keyId = issuer ? keyIdentifier(issuer.key.publicKey.keyBits, 'sha256') : id;
  const kinds: Partial<Record<KnownExtensionKind, ExtensionInput | null>> = {
    subjectKeyIdentifier: extension({ kind: 'subjectKeyIdentifier', id }),
    authorityKeyIdentifier: extension({ kind: 'authorityKeyIdentifier', keyId }),
    ...usual.with,
    ...unusual.with,
  };
  return certify(RANDOM, {
    subject: typeof subject === 'string' ? encodeDn(parseDn(subject)) : subject,
    notBefore,
    notAfter: new Date(notBefore.getTime() + days * DAY),
    extensions: [...Object.values(kinds).filter((one) => one !== null), ...(shape.also ?? [])],
    key,
    serial: shape.serial,
    spki: shape.spki,
    signer: shape.signer,
    bendTbs: shape.bendTbs,
    ...(issuer && { issuer: { subject: issuer.certificate.subjectDer, key: issuer.key } }),
  });
}

/** A CA; a root unless an issuer is given. */
export function ca(unusual: Unusual = {}): Holder {
  return made(unusual, {
    subject: 'CN=Root',
    days: 3650,
    with: {
      basicConstraints: extension({ kind: 'basicConstraints', ca: true }, true),
      keyUsage: usage('keyCertSign', 'cRLSign'),
    },
  });
}

export const ROOT = ca();

/** A leaf below ROOT: api.example.org, for both sides. */
export function leaf(unusual: Unusual = {}): Holder {
  return made(unusual, {
    subject: 'CN=api.example.org',
    issuer: ROOT,
    with: {
      basicConstraints: extension({ kind: 'basicConstraints', ca: false }, true),
      keyUsage: usage('digitalSignature'),
      extendedKeyUsage: purposes('serverAuth', 'clientAuth'),
      subjectAltName: names('api.example.org'),
    },
  });
}

/** An SVID below ROOT. */
export function svid(unusual: Unusual = {}): Holder {
  const named = names('spiffe://example.org/api');
  const usual = { subjectAltName: { ...named, critical: true } };
  return leaf({ subject: '', ...unusual, with: { ...usual, ...unusual.with } });
}

/** Identifiers of the rules that trip over a certificate of a pile. */
export function tripped(
  certificate: Certificate,
  pile: readonly Linted[] = [{ certificate }],
  options: LintOptions = {},
): readonly string[] {
  return lint(pile, options)
    .filter((found) => found.certificate === certificate)
    .map(({ rule }) => rule.id);
}
