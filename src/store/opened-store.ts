// A CA opened from its folder.
import { bytesEqual } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { parsePem } from '../codec/pem.ts';
import { parseCertificate, type Certificate } from '../x509/certificate.ts';
import { auditJournal } from './audit.ts';
import { readCaInfo } from './ca-info.ts';
import { groupCommits } from './group-commit.ts';
import { keyMark } from './head.ts';
import { JournalIndex } from './index/journal-index.ts';
import { findLastCrl, findRecord, listRecords, listRevocations } from './inventory.ts';
import { mendJournal } from './journal-mend.ts';
import { eventsUpTo } from './journal-read.ts';
import { headOf, openJournal, type JournalEnd } from './journal-tail.ts';
import { keyState, loadCaKey, saveCaKey } from './keyring.ts';
import type { CaName, CaPaths } from './layout.ts';
import { withLock } from './lock.ts';
import { PackReader } from './packs.ts';
import { headCheck } from './rotation.ts';
import { readStoreFile } from './store-fault.ts';
import { beginTransaction, type FindRecord } from './transaction.ts';
import type { CaStore, StoreNotice, StoreOptions } from './types.ts';

/** A chain of a dozen certificates takes some 20 KiB. */
const MAX_CHAIN = 4 * 1024 * 1024;

/** Opens the CA in a folder. Throws STORE_CORRUPT, STORE_UNREADABLE, STORE_VERSION. */
export function openStore(name: CaName, paths: CaPaths, { clock }: StoreOptions): CaStore {
  const info = readCaInfo(paths.info);
  const certificate = firstOf(readCertificates(paths.certificate), paths.certificate);
  const isSigned = headCheck(paths, certificate);
  const end = (): JournalEnd => openJournal(paths, isSigned).end;
  const packs = new PackReader(paths);
  let index: JournalIndex | undefined;
  const find: FindRecord = (at, serial) => {
    index = new JournalIndex(paths, at, index);
    return findRecord(paths, at, serial, index);
  };
  const transaction: CaStore['transaction'] = async (options, work) => {
    const { signer } = options;
    if (keyMark(signer.publicKey) !== keyMark(certificate.publicKey))
      throw new MtlsError(
        'KEY_MISMATCH',
        `the signer's key is not that of CA ${quoteForeign(name)}`,
        { hint: 'check which key the signer uses' },
      );
    return await withLock(paths.lock, clock, options, async (lock) => {
      const opened = openJournal(paths, isSigned);
      lock.check();
      const notices: StoreNotice[] = [...mendJournal(paths, opened)];
      if (lock.broken !== undefined)
        notices.unshift({
          code: 'LOCK_BROKEN',
          message: `took over the lock of process ${lock.broken.pid}, which died`,
          data: { pid: lock.broken.pid, since: lock.broken.since },
        });
      const begun = beginTransaction(
        {
          paths,
          clock,
          signer,
          find,
          notices,
          crlFrom: BigInt(info.crlFrom ?? 0),
          mayWrite: () => {
            lock.check();
          },
        },
        opened.end,
      );
      try {
        const result = await work(begun.transaction);
        await begun.transaction.commit();
        return result;
      } finally {
        begun.close();
      }
    });
  };
  let chain: readonly Certificate[] | undefined;
  return {
    name,
    paths,
    info,
    certificate,
    get chain() {
      chain ??= readChain(paths.chain, certificate);
      return chain;
    },
    keyState: () => keyState(paths.key),
    loadKey: (passphrase) => loadCaKey(paths.key, certificate.publicKey, passphrase),
    saveKey: (keyPem, lock = {}) =>
      withLock(paths.lock, clock, lock, () => {
        saveCaKey(paths.key, keyPem);
        return Promise.resolve();
      }),
    head: () => headOf(end()),
    events: () => eventsUpTo(paths, end()),
    find: (serial) => find(end(), serial),
    records: (filter = {}) => listRecords(paths, end(), filter),
    revocations: () => listRevocations(paths, end()),
    lastCrl() {
      const last = end();
      return last.head.totals.crl === '0' ? undefined : findLastCrl(paths, last);
    },
    readCertificate: (ref) => packs.read(ref),
    transaction,
    issue: groupCommits(transaction),
    verifyJournal: () => auditJournal(paths, certificate),
  };
}

function readCertificates(path: string): readonly Certificate[] {
  return readStoreFile(path, { max: MAX_CHAIN }, (bytes) =>
    parsePem(bytes)
      .filter(({ label }) => label === 'CERTIFICATE')
      .map((block) => parseCertificate(block.bytes)),
  );
}

/** The chain of a CA begins with the CA: another's would sign in its name. */
function readChain(path: string, certificate: Certificate): readonly Certificate[] {
  const chain = readCertificates(path);
  if (bytesEqual(firstOf(chain, path).der, certificate.der)) return chain;
  throw new MtlsError('STORE_CORRUPT', `${quoteForeign(path)} is the chain of another CA`, {
    hint: 'restore it from a backup, or put the certificates from ca.crt up to the root into it',
    data: { path },
  });
}

function firstOf(certificates: readonly Certificate[], path: string): Certificate {
  const [first] = certificates;
  if (first !== undefined) return first;
  throw new MtlsError('STORE_CORRUPT', `${quoteForeign(path)} holds no certificate`, {
    hint: 'restore it from a backup',
    data: { path },
  });
}
