// The files that say who a CA is: ca.json, ca.crt, chain.pem.
import { bytesEqual } from '../../base/bytes.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { parsePem } from '../../codec/pem.ts';
import { readCaInfo } from '../../store/ca-info.ts';
import { readStoreFile } from '../../store/store-fault.ts';
import type { CaInfo } from '../../store/types.ts';
import { isSelfIssued, parseCertificate, type Certificate } from '../../x509/certificate.ts';
import { hasSigned } from '../home-ca.ts';
import type { Findings, Scene } from './scene.ts';

/** A chain of a dozen certificates takes some 20 KiB. */
const MAX_CHAIN = 4 * 1024 * 1024;

/**
 * What a file of the store holds; undefined for a damaged one, which is a finding.
 *
 * @throws MtlsError STORE_UNREADABLE, STORE_VERSION: then nothing can be said of it
 */
export function orDamaged<T>(findings: Findings, path: string, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MtlsError) || error.code !== 'STORE_CORRUPT') throw error;
    const { path: named } = error.data;
    const at = typeof named === 'string' ? named : path;
    findings.add({ code: 'CA_FILE_DAMAGED', path: at, cause: withoutPath(error.message, at) });
    return undefined;
  }
}

/** What an error says of a file that is named beside it already. */
export function withoutPath(message: string, path: string): string {
  const quoted = quoteForeign(path);
  const [before = '', after] = message.split(`${quoted}: `);
  if (after !== undefined && before.startsWith('can not read '))
    return `it can not be read: ${after}`;
  return message.replace(`${quoted}: `, '').replace(quoted, 'it');
}

/** The certificates in a PEM file of the store. */
export function readCertificates(path: string): readonly Certificate[] {
  return readStoreFile(path, { max: MAX_CHAIN }, (bytes) => {
    const found = parsePem(bytes)
      .filter(({ label }) => label === 'CERTIFICATE')
      .map((block) => parseCertificate(block.bytes));
    if (found.length > 0) return found;
    throw new MtlsError('NOTHING_FOUND', 'no certificate in it');
  });
}

/** ca.json, held against what else says the same. */
export function checkInfo(
  { name, paths }: Scene,
  createdAt: string | undefined,
  findings: Findings,
): CaInfo | undefined {
  const info = orDamaged(findings, paths.info, () => readCaInfo(paths.info));
  if (info === undefined) return undefined;
  const differs = (field: string, found: string, expected: string): void => {
    findings.add({
      code: 'CA_INFO',
      path: paths.info,
      cause: `its ${field} is ${quoteForeign(found)}, and should be ${quoteForeign(expected)}`,
      evidence: [{ source: paths.info, field, value: found }],
    });
  };
  if (info.name !== name) differs('name', info.name, name);
  if (createdAt !== undefined && info.createdAt !== createdAt)
    differs('time of creation', info.createdAt, createdAt);
  return info;
}

/** The chain leads from the CA upwards, each certificate signed by the next. */
export function checkChain(
  { paths }: Scene,
  certificate: Certificate,
  chain: readonly Certificate[],
  findings: Findings,
): void {
  const [first] = chain;
  const wrong = (cause: string): void => {
    findings.add({ code: 'CA_CHAIN', path: paths.chain, cause });
  };
  if (first === undefined || !bytesEqual(first.der, certificate.der)) {
    wrong('it does not begin with the CA’s certificate');
    return;
  }
  chain.forEach((one, at) => {
    const issuer = chain[at + 1] ?? (isSelfIssued(one) ? one : undefined);
    if (issuer && !hasSigned(issuer, one))
      wrong(`certificate ${at + 1} is not signed by ${issuer === one ? 'itself' : 'the next'}`);
  });
}
