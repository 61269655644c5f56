// Questions to the verifier about certificates that are bent in one place.
import { generateKeyPairSync, sign } from 'node:crypto';
import { enterWhole } from '../../src/asn1/reader.ts';
import { bitString, element, sequence } from '../../src/asn1/writer.ts';
import { signatureAlgorithm } from '../../src/crypto/algorithms.ts';
import { privateKeyFromPkcs8 } from '../../src/crypto/key.ts';
import { parsePublicKey } from '../../src/crypto/public-key.ts';
import { signerOf, type Signer } from '../../src/crypto/sign.ts';
import { parseConstraint } from '../../src/name/constraints.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import type { VerifyRequest } from '../../src/verify/types.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import type { ExtensionValue } from '../../src/x509/extensions.ts';
import { ask, ca, leaf, type Holder, type Shape } from '../support/graph.ts';

/** What is asked; with `svid`, the answer is held against the X509-SVID standard as well. */
export type Question = VerifyRequest & { readonly svid?: boolean };

type Extensions = NonNullable<Shape['extensions']>;
type More = Partial<Question>;

export const root = await ca({ subject: 'CN=root' });
export const ANY_PURPOSE = '2.5.29.37.0';
export const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
export const POLICY = '1.2.3.4';

export const names = (...texts: readonly string[]) => texts.map((text) => parseIdentityName(text));
export const oneName = names('api.example.org')[0] as ReturnType<typeof parseIdentityName>;
export const access = [{ method: '1.3.6.1.5.5.7.48.2', location: oneName }];
export const point = [{ name: { kind: 'fullName', names: [oneName] } }] as const;
export const uri = (value: string) => ({ kind: 'uri', value }) as const;
export const constraints = (...permitted: readonly string[]) => ({
  permitted: permitted.map((text) => parseConstraint(text)),
  excluded: [],
});

/** A leaf right below the root. */
export async function end(shape: Parameters<typeof leaf>[0], more: More = {}): Promise<Question> {
  return ask(await leaf({ by: root, ...shape }), [root], [], more);
}

/** A leaf with other extensions. */
export const endWith = (extensions: Extensions, more: More = {}) => end({ extensions }, more);

/** The usual leaf below a CA. */
export async function below(shape: Shape, more: More = {}): Promise<Question> {
  const middle = await ca({ subject: 'CN=middle', by: root, ...shape });
  return ask(await leaf({ by: middle }), [root], [middle], more);
}

export const belowWith = (extensions: Extensions) => below({ extensions });

/** The usual leaf below a root. */
export async function rooted(extensions: Extensions): Promise<Question> {
  const top = await ca({ subject: 'CN=other root', extensions });
  return ask(await leaf({ by: top }), [top]);
}

/** An extension as bytes, where the writer would not write it so. */
export const raw = (
  id: string,
  value: Uint8Array,
  replaced: ExtensionValue['kind'],
  critical = false,
): Extensions => {
  const unknown: ExtensionValue = { kind: 'unknown', oid: id, value };
  return { [replaced]: null, unknown: critical ? { critical: unknown } : unknown };
};

/** Fields of a TBSCertificate in their order, each as whole DER. */
type Fields = [version: Uint8Array, ...Uint8Array[]];

/** Writes a certificate anew with other fields, signed by the same issuer. */
async function bent(holder: Holder, by: Holder, bend: (fields: Fields) => readonly Uint8Array[]) {
  const reader = enterWhole(holder.certificate.tbs);
  const fields: Uint8Array[] = [];
  while (!reader.done) fields.push(reader.next().whole);
  const tbs = sequence(...bend(fields as Fields));
  const signer = signerOf(by.key);
  const signature = await Promise.resolve(signer.sign(tbs));
  const der = sequence(tbs, signer.algorithm.identifier, bitString(signature));
  return { ...holder, certificate: parseCertificate(der) };
}

/** The root in version 1, which has no extensions. */
export const oldRoot = () => bent(root, root, ([, ...fields]) => fields.slice(0, 6));

export const bentEnd = async (bend: Parameters<typeof bent>[2]) =>
  ask(await bent(await leaf({ by: root }), root, bend), [root]);

/** Puts another field in the place of one. */
export const field = (index: number, value: Uint8Array) =>
  bentEnd((fields) => fields.with(index, value));

export function rsa(modulusLength: number) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  return privateKeyFromPkcs8(privateKey.export({ type: 'pkcs8', format: 'der' }));
}

export const spki = (algorithm: Uint8Array, ...key: readonly number[]) =>
  parsePublicKey(sequence(algorithm, bitString(Uint8Array.from(key))));

export function oldSigner({ key }: Holder): Signer {
  return {
    publicKey: key.publicKey,
    algorithm: signatureAlgorithm('ecdsa-sha1'),
    sign: (message) => sign('sha1', message, key.keyObject),
  };
}

export const time = (text: string) => element(0x18, Buffer.from(text));
export const uniqueId = element(0x81, Uint8Array.of(0, 1));

/** A chain of this many CAs. */
export async function deep(count: number): Promise<Question> {
  const chain: Holder[] = [];
  for (let depth = 0; depth < count; depth++)
    chain.push(await ca({ subject: `CN=depth ${depth}`, by: chain.at(-1) ?? root }));
  return ask(await leaf({ by: chain.at(-1) as Holder }), [root], chain);
}

export const policies = (...oids: readonly string[]): ExtensionValue => ({
  kind: 'certificatePolicies',
  policies: oids.map((one) => ({ oid: one, qualifiers: [] })),
});

export const host = { identity: { kind: 'dns', value: 'db.example.org' } } as const;

/** An X509-SVID below a root that has the ID of its trust domain. */
export async function svid(
  uris: readonly string[],
  more: More,
  extensions: Extensions = {},
  above: Extensions = {},
): Promise<Question> {
  const top = await ca({ subject: 'CN=domain', extensions: above });
  return ask(await leaf({ by: top, names: uris.map(uri), extensions }), [top], [], more);
}

export const ID = 'spiffe://example.org/api';
export const spiffe = { identity: { kind: 'spiffe', value: ID } } as const;
export const usages = (
  ...of: Extract<ExtensionValue, { kind: 'keyUsage' }>['usages']
): Extensions => ({
  keyUsage: { kind: 'keyUsage', usages: of },
});
