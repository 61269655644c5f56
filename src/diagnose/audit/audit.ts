// mtls ca audit: a CA's folder against its journal, and the journal against itself.
import { bytesEqual } from '../../base/bytes.ts';
import type { JournalReport } from '../../store/audit-report.ts';
import type { Certificate } from '../../x509/certificate.ts';
import type { Crl } from '../../x509/crl.ts';
import type { Finding } from '../finding.ts';
import { checkCrl } from './crl.ts';
import { checkChain, checkInfo, orDamaged, readCertificates } from './files.ts';
import { readJournal, tellFaults, type JournalStory } from './journal.ts';
import { checkKey, type KeyVerdict } from './key.ts';
import { checkModes } from './modes.ts';
import { checkParent } from './parent.ts';
import { Findings, type AuditFindingCode, type Scene } from './scene.ts';

export interface CaAudit {
  readonly name: string;
  /** Undefined where none can be read. */
  readonly certificate: Certificate | undefined;
  /** Nothing is wrong; what is merely worth knowing does not count. */
  readonly ok: boolean;
  readonly findings: readonly Finding<AuditFindingCode>[];
  /** Undefined where there is no journal to read. */
  readonly journal: JournalReport | undefined;
  /** Undefined where no certificate is left to hold it against; `silent`: its signer does not sign. */
  readonly key: KeyVerdict | 'silent' | undefined;
  readonly crl: Crl | undefined;
}

/**
 * Looks at everything in a CA's folder. Takes no lock, changes nothing, and sees the journal as it
 * was at its last commit; beside one line it keeps some 50 octets for each serial number.
 *
 * @throws MtlsError STORE_UNREADABLE, STORE_VERSION, PASSPHRASE_WRONG
 */
export function auditCa(scene: Scene): CaAudit {
  const { paths } = scene;
  const findings = new Findings();
  const certificatesOf = (path: string): readonly Certificate[] | undefined =>
    orDamaged(findings, path, () => readCertificates(path));
  const [present] = certificatesOf(paths.certificate) ?? [];
  const chain = certificatesOf(paths.chain);
  const story = readJournal(scene, present, findings);
  const certificate = ownCertificate(scene, { present, first: chain?.[0], story }, findings);
  tellFaults(story?.report.faults ?? [], findings);
  const info = checkInfo(scene, story?.createdAt, findings);
  let key: KeyVerdict | undefined;
  let crl: Crl | undefined;
  if (certificate) {
    if (chain) checkChain(scene, certificate, chain, findings);
    key = checkKey(scene, certificate, findings);
    const told = { lastCrl: story?.lastCrl, sound: story?.report.ok === true };
    // Before a change of certificate another one of the CA’s signed
    const [named, ...former] = story?.named ?? [];
    const isNamed = named !== undefined && bytesEqual(named.der, certificate.der);
    crl = checkCrl(scene, [certificate, ...(isNamed ? former : [])], told, findings);
    if (info) checkParent(scene, info, certificate, findings);
  }
  checkModes(scene, findings);
  const list = findings.list();
  const ok = list.every(({ severity }) => severity === 'info');
  return { name: scene.name, certificate, ok, findings: list, journal: story?.report, key, crl };
}

/**
 * The certificate that the CA is to be held to. Where ca.crt and the journal name two, the chain
 * tells which of them is at home.
 */
function ownCertificate(
  { paths }: Scene,
  seen: {
    readonly present: Certificate | undefined;
    readonly first: Certificate | undefined;
    readonly story: JournalStory | undefined;
  },
  findings: Findings,
): Certificate | undefined {
  const { present, first, story } = seen;
  const [named] = story?.named ?? [];
  if (!present || !named) return present ?? named;
  if (bytesEqual(present.der, named.der)) return present;
  if (first && bytesEqual(first.der, present.der)) {
    findings.add({
      code: 'JOURNAL_OTHER_CA',
      path: paths.journal,
      cause: 'it names another certificate than ca.crt and chain.pem',
    });
    return present;
  }
  findings.add({
    code: 'CA_CERTIFICATE',
    path: paths.certificate,
    cause: 'it is not the certificate that the journal names',
  });
  return named;
}
