// The plain values as @peculiar/x509's typed classes take them.
import 'reflect-metadata';
import { AsnConvert, AsnUtf8StringConverter } from '@peculiar/asn1-schema';
import * as asn1 from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { toHex } from '../../src/base/bytes.ts';
import {
  ALGORITHMS,
  IA5,
  isCritical,
  PRINTABLE,
  SPKIS,
  UPN,
  type Attribute,
  type Plain,
  type PlainName,
  type PlainSubtree,
} from './tbs-inputs.ts';

function theirDn(attributes: readonly Attribute[]): asn1.Name {
  return new asn1.Name(
    attributes.map(({ type, value }) => {
      const typed = IA5.includes(type)
        ? { ia5String: value }
        : PRINTABLE.test(value)
          ? { printableString: value }
          : { utf8String: value };
      return new asn1.RelativeDistinguishedName([
        new asn1.AttributeTypeAndValue({ type, value: new asn1.AttributeValue(typed) }),
      ]);
    }),
  );
}

function groups(bytes: readonly number[]): string {
  return bytes.length === 4
    ? bytes.join('.')
    : (toHex(Uint8Array.from(bytes)).match(/.{4}/g) ?? []).join(':');
}

function theirName(found: PlainName): asn1.GeneralName {
  switch (found.kind) {
    case 'dns':
      return new asn1.GeneralName({ dNSName: found.value });
    case 'email':
      return new asn1.GeneralName({ rfc822Name: found.value });
    case 'uri':
      return new asn1.GeneralName({ uniformResourceIdentifier: found.value });
    case 'ip':
      return new asn1.GeneralName({ iPAddress: groups(found.bytes) });
    case 'rid':
      return new asn1.GeneralName({ registeredID: found.oid });
    case 'dirName':
      return new asn1.GeneralName({ directoryName: theirDn(found.rdns) });
    case 'upn': {
      const value = AsnConvert.serialize(AsnUtf8StringConverter.toASN(found.value));
      return new asn1.GeneralName({ otherName: new asn1.OtherName({ typeId: UPN, value }) });
    }
  }
}

function theirSubtree(found: PlainSubtree): asn1.GeneralSubtree {
  const base =
    found.kind === 'ip'
      ? new asn1.GeneralName({ iPAddress: `${groups(found.bytes)}/${found.prefix}` })
      : theirName(found);
  return new asn1.GeneralSubtree({ base });
}

function theirConstraints({ permitted, excluded }: Plain): ArrayBuffer {
  const subtrees = (list: readonly PlainSubtree[]) =>
    new asn1.GeneralSubtrees(list.map(theirSubtree));
  return AsnConvert.serialize(
    new asn1.NameConstraints({
      ...(permitted.length > 0 && { permittedSubtrees: subtrees(permitted) }),
      ...(excluded.length > 0 && { excludedSubtrees: subtrees(excluded) }),
    }),
  );
}

const FLAGS = [
  x509.KeyUsageFlags.digitalSignature,
  x509.KeyUsageFlags.nonRepudiation,
  x509.KeyUsageFlags.keyEncipherment,
  x509.KeyUsageFlags.dataEncipherment,
  x509.KeyUsageFlags.keyAgreement,
  x509.KeyUsageFlags.keyCertSign,
  x509.KeyUsageFlags.cRLSign,
  x509.KeyUsageFlags.encipherOnly,
  x509.KeyUsageFlags.decipherOnly,
];

function keyUsages(bits: readonly number[], critical: boolean): x509.Extension {
  const flags = bits.reduce((all, bit) => all | Number(FLAGS[bit]), 0);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- flags combined, as the class asks
  return new x509.KeyUsagesExtension(flags, critical);
}

function theirExtensions(input: Plain): x509.Extension[] {
  const { basic, usages, purposes, subjectKeyId, authorityKeyId, names, policies } = input;
  const { crlUrls, ocspUrls } = input;
  const critical = (index: number) => isCritical(input, index);
  const hex = (bytes: readonly number[]) => toHex(Uint8Array.from(bytes));
  const constrained = input.permitted.length + input.excluded.length > 0;
  return [
    basic && new x509.BasicConstraintsExtension(basic.ca, basic.pathLength, critical(0)),
    usages && keyUsages(usages, critical(1)),
    purposes && new x509.ExtendedKeyUsageExtension([...purposes], critical(2)),
    subjectKeyId && new x509.SubjectKeyIdentifierExtension(hex(subjectKeyId), critical(3)),
    authorityKeyId && new x509.AuthorityKeyIdentifierExtension(hex(authorityKeyId), critical(4)),
    names &&
      new x509.SubjectAlternativeNameExtension(
        new asn1.GeneralNames(names.map(theirName)) as never,
        critical(5),
      ),
    constrained
      ? new x509.Extension(asn1.id_ce_nameConstraints, critical(6), theirConstraints(input))
      : undefined,
    policies && new x509.CertificatePolicyExtension([...policies], critical(7)),
    crlUrls && new x509.CRLDistributionPointsExtension([...crlUrls], critical(8)),
    ocspUrls && new x509.AuthorityInfoAccessExtension({ ocsp: [...ocspUrls] }, critical(9)),
  ].filter((extension) => extension !== undefined);
}

export async function theirCertificate(input: Plain): Promise<Uint8Array> {
  const signingAlgorithm = ALGORITHMS[input.algorithm]?.[1];
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: toHex(Uint8Array.from(input.serial)),
    issuer: new x509.Name(theirDn(input.issuer)),
    subject: new x509.Name(theirDn(input.subject)),
    notBefore: input.notBefore,
    notAfter: input.notAfter,
    publicKey: SPKIS[input.spki],
    signingAlgorithm,
    // The signature is not compared: any two integers will do
    signature: new Uint8Array(132).fill(1),
    extensions: theirExtensions(input),
  });
  return new Uint8Array(certificate.rawData);
}
