// The one adapter to @peculiar/x509: it authors what is made once and worst to get wrong, our
// Signer signs, and what comes out must be what our own writer would have written.
import 'reflect-metadata';
import { AsnConvert } from '@peculiar/asn1-schema';
import * as asn1 from '@peculiar/asn1-x509';
import { Crypto as Engine } from '@peculiar/webcrypto';
import * as x509 from '@peculiar/x509';
import { invariant } from '../base/assert.ts';
import {
  bytesEqual,
  toHex,
  type CertificateDer,
  type CsrDer,
  type NameDer,
} from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { enterWhole, Tag } from '../asn1/reader.ts';
import type { Signer } from '../crypto/sign.ts';
import type { GeneralSubtree, NameConstraints } from '../name/constraints.ts';
import type { GeneralName } from '../name/san.ts';
import type { Attribute } from './attribute.ts';
import type { ExtensionInput } from './extension-values.ts';
import { encodeExtensionValue, extensionOid } from './extension-write.ts';
import { encodeTbs, type TbsInput } from './tbs.ts';
import { rawEcdsaSignature, webAlgorithm, type WebAlgorithm } from './web-signing.ts';

/** What a certificate is to say; the algorithm is the signer's. */
export type AuthorInput = Omit<TbsInput, 'algorithm'>;

/**
 * Authors a self-issued certificate; its key must be the signer's.
 *
 * @throws MtlsError KEY_MISMATCH when the signer does not sign with the key it states,
 *   KEY_UNSUPPORTED for an algorithm that the library does not write
 */
export async function authorRoot(input: AuthorInput, signer: Signer): Promise<CertificateDer> {
  invariant(bytesEqual(input.spki, signer.publicKey.spki), 'a root is signed by its own key');
  invariant(bytesEqual(input.issuer, input.subject), 'a root is issued by itself');
  return author(input, signer);
}

/** Authors a certificate of another's key, such as an intermediate or a cross-certificate. */
export function authorIntermediate(input: AuthorInput, signer: Signer): Promise<CertificateDer> {
  return author(input, signer);
}

/** Authors a PKCS#10 request for the signer's own key; names become its one extension. */
export async function authorCsr(
  input: {
    readonly subject: NameDer;
    readonly names: readonly GeneralName[];
    /** Asked for beside the names. */
    readonly attributes?: readonly Attribute[] | undefined;
  },
  signer: Signer,
): Promise<CsrDer> {
  const { subject, names, attributes = [] } = input;
  const provider = await providerOf(signer);
  const request = await x509.Pkcs10CertificateRequestGenerator.create(
    {
      name: new x509.Name(subject),
      keys: provider.keys,
      signingAlgorithm: provider.algorithm,
      extensions: [
        ...(names.length === 0
          ? []
          : [
              // RFC 5280 §4.2.1.6: critical when the subject says nothing
              typedExtension({
                value: { kind: 'subjectAltName', names },
                critical: enterWhole(subject).done,
              }),
            ]),
        ...attributes.map(({ oid, value }) =>
          typedExtension({ value: { kind: 'unknown', oid, value }, critical: false }),
        ),
      ],
    },
    provider.crypto,
  );
  const der = new Uint8Array(request.rawData);
  const info = enterWhole(der).enter(Tag.Sequence);
  info.integerBytes();
  invariant(bytesEqual(info.next(Tag.Sequence).whole, subject), 'the request has another subject');
  invariant(
    bytesEqual(info.next(Tag.Sequence).whole, signer.publicKey.spki),
    'the request has another key',
  );
  return der as CsrDer;
}

async function author(input: AuthorInput, signer: Signer): Promise<CertificateDer> {
  const provider = await providerOf(signer);
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: toHex(input.serial),
      issuer: new x509.Name(input.issuer),
      subject: new x509.Name(input.subject),
      notBefore: input.notBefore,
      notAfter: input.notAfter,
      publicKey: input.spki,
      signingKey: provider.keys.privateKey,
      signingAlgorithm: provider.algorithm,
      extensions: input.extensions.map(typedExtension),
    },
    provider.crypto,
  );
  const der = new Uint8Array(certificate.rawData);
  const tbs = enterWhole(der).next(Tag.Sequence).whole;
  invariant(
    bytesEqual(tbs, encodeTbs({ ...input, algorithm: signer.algorithm })),
    'the two writers of certificates disagree',
  );
  return der as CertificateDer;
}

// What is used of WebCrypto, whose own types are a browser's
interface WebKey {
  readonly type: string;
}

interface WebSubtle {
  importKey(
    format: 'spki',
    key: Uint8Array,
    algorithm: WebAlgorithm,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<WebKey>;
  verify(
    algorithm: WebAlgorithm,
    key: WebKey,
    signature: Uint8Array,
    message: ArrayBuffer,
  ): Promise<boolean>;
  exportKey(format: string, key: WebKey): Promise<unknown>;
  digest(algorithm: unknown, message: ArrayBuffer): Promise<ArrayBuffer>;
}

interface Provider {
  readonly crypto: never;
  readonly algorithm: WebAlgorithm;
  readonly keys: { readonly publicKey: WebKey; readonly privateKey: WebKey };
}

/** A WebCrypto engine whose signatures come from the signer, each verified before it is used. */
async function providerOf(signer: Signer): Promise<Provider> {
  const engine = new Engine() as {
    readonly subtle: WebSubtle;
    getRandomValues<Bytes extends Uint8Array>(bytes: Bytes): Bytes;
  };
  const { subtle } = engine;
  const algorithm = webAlgorithm(signer.algorithm, signer.publicKey);
  const publicKey = await subtle.importKey('spki', signer.publicKey.spki, algorithm, true, [
    'verify',
  ]);
  // A handle: the key itself is the signer's, maybe in another process
  const privateKey: WebKey & { readonly algorithm: WebAlgorithm } = { type: 'private', algorithm };
  const sign = async (_algorithm: unknown, _key: unknown, message: ArrayBuffer) => {
    const signature = await signer.sign(new Uint8Array(message));
    const raw =
      signer.algorithm.scheme === 'ecdsa'
        ? rawEcdsaSignature(signature, signer.publicKey)
        : signature;
    if (!raw || !(await subtle.verify(algorithm, publicKey, raw, message)))
      throw new MtlsError('KEY_MISMATCH', 'the signature does not verify under the signing key', {
        hint: 'check that the key belongs to the CA certificate: mtls match',
      });
    return Uint8Array.from(raw).buffer;
  };
  const crypto = {
    subtle: { sign, exportKey: subtle.exportKey.bind(subtle), digest: subtle.digest.bind(subtle) },
    getRandomValues: engine.getRandomValues.bind(engine),
  };
  return { crypto: crypto as never, algorithm, keys: { publicKey, privateKey } };
}

/** The library's own class for an extension; what it has no class for goes in as we encode it. */
function typedExtension({ value, critical }: ExtensionInput): x509.Extension {
  switch (value.kind) {
    case 'basicConstraints':
      return new x509.BasicConstraintsExtension(value.ca, value.pathLength, critical);
    case 'keyUsage': {
      const flags = value.usages.reduce((all, usage) => all | x509.KeyUsageFlags[usage], 0);
      // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- flags combined, as the class asks
      return new x509.KeyUsagesExtension(flags, critical);
    }
    case 'extendedKeyUsage':
      return new x509.ExtendedKeyUsageExtension([...value.purposes], critical);
    case 'subjectKeyIdentifier':
      return new x509.SubjectKeyIdentifierExtension(toHex(value.id), critical);
    case 'authorityKeyIdentifier':
      if (value.keyId && !value.issuer && !value.serial)
        return new x509.AuthorityKeyIdentifierExtension(toHex(value.keyId), critical);
      break;
    case 'subjectAltName':
      return new x509.SubjectAlternativeNameExtension(
        new asn1.GeneralNames(value.names.map(typedName)) as never,
        critical,
      );
    case 'nameConstraints':
      return new x509.Extension(
        asn1.id_ce_nameConstraints,
        critical,
        AsnConvert.serialize(typedConstraints(value.constraints)),
      );
    default:
  }
  const content = encodeExtensionValue(value);
  return new x509.Extension(extensionOid(value), critical, content);
}

function typedConstraints({ permitted, excluded }: NameConstraints): asn1.NameConstraints {
  const subtrees = (list: readonly GeneralSubtree[]) =>
    new asn1.GeneralSubtrees(list.map((subtree) => typedSubtree(subtree)));
  return new asn1.NameConstraints({
    ...(permitted.length > 0 && { permittedSubtrees: subtrees(permitted) }),
    ...(excluded.length > 0 && { excludedSubtrees: subtrees(excluded) }),
  });
}

function typedSubtree(subtree: GeneralSubtree): asn1.GeneralSubtree {
  switch (subtree.kind) {
    case 'unsupported':
      return AsnConvert.parse(subtree.der, asn1.GeneralSubtree);
    case 'ip': {
      const mask = subtree.mask.reduce((bits, octet) => bits + bitCount(octet), 0);
      const base = new asn1.GeneralName({ iPAddress: `${addressText(subtree.address)}/${mask}` });
      return new asn1.GeneralSubtree({ base });
    }
    default:
      return new asn1.GeneralSubtree({ base: typedName(subtree) });
  }
}

function typedName(name: GeneralName): asn1.GeneralName {
  switch (name.kind) {
    case 'dns':
      return new asn1.GeneralName({ dNSName: name.value });
    case 'email':
      return new asn1.GeneralName({ rfc822Name: name.value });
    case 'uri':
      return new asn1.GeneralName({ uniformResourceIdentifier: name.value });
    case 'ip':
      return new asn1.GeneralName({ iPAddress: addressText(name.value) });
    case 'rid':
      return new asn1.GeneralName({ registeredID: name.oid });
    case 'dirName':
      return new asn1.GeneralName({ directoryName: AsnConvert.parse(name.der, asn1.Name) });
    case 'other': {
      const value = Uint8Array.from(name.value).buffer;
      return new asn1.GeneralName({ otherName: new asn1.OtherName({ typeId: name.oid, value }) });
    }
    case 'x400':
    case 'ediParty':
      return AsnConvert.parse(name.der, asn1.GeneralName);
  }
}

/** An address in the one form that the library reads without doubt: no `::`, no IPv4 inside. */
function addressText(bytes: Uint8Array): string {
  return bytes.length === 4 ? bytes.join('.') : (toHex(bytes).match(/.{4}/g) ?? []).join(':');
}

function bitCount(octet: number): number {
  let bits = 0;
  for (let rest = octet; rest > 0; rest >>= 1) bits += rest & 1;
  return bits;
}
