// Set-ups made by our own writer.
import { keyIdentifier } from '../../../src/crypto/digest.ts';
import type { KeyType } from '../../../src/crypto/key-types.ts';
import type { PrivateKey } from '../../../src/crypto/key.ts';
import { encodeDn, parseDn } from '../../../src/name/dn.ts';
import { parseIp } from '../../../src/name/ip.ts';
import type { GeneralName } from '../../../src/name/san.ts';
import { parseConstraint } from '../../../src/name/constraints.ts';
import { certify, type Holder } from '../../../src/testing/certify.ts';
import { RANDOM } from '../../../src/testing/source.ts';
import { RSA_1024 } from '../../../src/testing/zoo/weak-keys.ts';
import { EXTENDED_KEY_USAGES, type ExtensionInput } from '../../../src/x509/extensions.ts';
import { datesOf, subjectOf, type CertSpec, type Maker } from './shape.ts';

const KEYS: Readonly<Record<string, KeyType>> = {
  ec: 'ec-p256',
  'rsa-2048': 'rsa-2048',
  ed25519: 'ed25519',
};

export const ours: Maker = (specs) => {
  const made = new Map<string, Holder & { readonly spec: CertSpec }>();
  for (const [name, spec] of Object.entries(specs)) {
    const issuer = spec.by === undefined ? undefined : made.get(spec.by);
    const [notBefore, notAfter] = datesOf(spec);
    const key = keyOf(spec, made);
    const holder = certify(RANDOM, {
      subject: dnOf(spec),
      notBefore,
      notAfter,
      key,
      extensions: extensionsOf(spec, key, issuer?.key ?? key),
      issuer: issuer && { subject: dnOf(issuer.spec), key: issuer.key },
    });
    made.set(name, Object.assign(holder, { spec }));
  }
  return Object.fromEntries(
    [...made].map(([name, { pem, keyPem }]) => [name, { cert: pem, key: keyPem }]),
  );
};

function keyOf(
  { key = 'ec', keyOf: other }: CertSpec,
  made: ReadonlyMap<string, Holder>,
): PrivateKey {
  const known = other === undefined ? undefined : made.get(other);
  if (known) return known.key;
  return key === 'rsa-1024' ? RSA_1024() : RANDOM.newKey(KEYS[key] as KeyType);
}

function dnOf(spec: CertSpec) {
  return encodeDn(parseDn(subjectOf(spec).slice(1).split('/').reverse().join(',')));
}

function extensionsOf(spec: CertSpec, key: PrivateKey, by: PrivateKey): readonly ExtensionInput[] {
  if (spec.bare === true) return [];
  const { ca = false, pathLen, eku, permit } = spec;
  const names: GeneralName[] = [
    ...(spec.dns ?? []).map((value) => ({ kind: 'dns', value }) as const),
    ...(spec.ip ?? []).map((text) => ({ kind: 'ip', value: parseIp(text) as Uint8Array }) as const),
    ...(spec.uri ?? []).map((value) => ({ kind: 'uri', value }) as const),
  ];
  const plain = (value: ExtensionInput['value'], critical = false) => ({ value, critical });
  return [
    plain(
      { kind: 'basicConstraints', ca, ...(pathLen !== undefined && { pathLength: pathLen }) },
      true,
    ),
    plain(
      { kind: 'keyUsage', usages: ca ? ['keyCertSign', 'cRLSign'] : ['digitalSignature'] },
      true,
    ),
    plain({ kind: 'subjectKeyIdentifier', id: keyIdentifier(key.publicKey.keyBits) }),
    plain({ kind: 'authorityKeyIdentifier', keyId: keyIdentifier(by.publicKey.keyBits) }),
    ...(eku
      ? [plain({ kind: 'extendedKeyUsage', purposes: eku.map((one) => EXTENDED_KEY_USAGES[one]) })]
      : []),
    ...(names.length > 0 ? [plain({ kind: 'subjectAltName', names })] : []),
    ...(permit
      ? [
          plain(
            {
              kind: 'nameConstraints',
              constraints: { permitted: permit.map((text) => parseConstraint(text)), excluded: [] },
            },
            true,
          ),
        ]
      : []),
  ];
}
