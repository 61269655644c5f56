// What every CA of the library does, wherever its records are kept.
import { invariant } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { issueCrl, type IssuedCrl as MadeCrl } from '../ca/crl.ts';
import { readCsr } from '../ca/csr.ts';
import { chooseRecords, type RecordChoice } from '../ca/find.ts';
import { issue, type Issued } from '../ca/issue.ts';
import type { Issuer, Ledger } from '../ca/issuer.ts';
import { revoke } from '../ca/revoke.ts';
import { encodeBundle } from '../codec/bundle.ts';
import { encodePem } from '../codec/pem.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import type { Signer } from '../crypto/sign.ts';
import { planRequest } from '../profile/allow.ts';
import { resolveLeaf, type IssueDefaults } from '../profile/resolve.ts';
import type { LockOptions } from '../store/lock.ts';
import type { IssuedRecord } from '../store/records.ts';
import type { CaStore } from '../store/types.ts';
import { certificateInfo } from './info/certificate.ts';
import { recordInfo, type RecordInfo } from './info/record.ts';
import {
  bytesOf,
  durationOf,
  listOf,
  momentOf,
  readKey,
  refuseUnknown,
  type Data,
} from './input.ts';
import { issueOptions, leafRequest, signingRequest } from './requests.ts';
import type { CertificateAuthority, IssuedCrl, SignedCertificate } from './types.ts';

/** A CA at work, before it has a face. */
export interface Workings {
  readonly name: string;
  readonly issuer: Issuer & { readonly store: Ledger & Pick<CaStore, 'records'> };
  readonly clock: Clock;
  readonly lock?: LockOptions | undefined;
  /** Opens the CA's key when it is first needed. */
  readonly signer: () => Signer;
  readonly defaults: () => Promise<IssueDefaults>;
  /** The record of a certificate or a serial number. Throws CERT_NOT_FOUND. */
  readonly recordOf: (what: Data) => IssuedRecord;
}

export function actionsOf(workings: Workings): CertificateAuthority {
  const { name, issuer, clock, lock, signer, defaults, recordOf } = workings;
  const { path, root, certificate } = issuer;
  return {
    name,
    roots: encodeBundle([root]),
    chain: encodeBundle(path),
    certificate: certificateInfo(certificate),

    async issue(what) {
      const options = issueOptions(what);
      const now = clock();
      const key =
        options.key === undefined ? undefined : readKey(options.key, options.passphrase, 'key');
      const context = { now, defaults: await defaults() };
      const plan = resolveLeaf(leafRequest(options, key, now), path, context);
      const issued = await issue(issuer, signer(), plan, { clock, lock, key });
      invariant(issued.key !== undefined, 'a certificate was issued without its key');
      return { ...signed(issued), key: writePrivateKey(issued.key) };
    },

    async sign(request, options = {}) {
      const now = clock();
      const signing = signingRequest(options, now);
      const csr = readCsr(bytesOf(request), 'request');
      const plan = planRequest(csr, signing, path, { now, defaults: await defaults() });
      return signed(await issue(issuer, signer(), plan, { clock, lock }));
    },

    async revoke(what, options = {}) {
      refuseUnknown(options, { reason: true, at: true, ttl: true });
      const { reason = 'unspecified', at, ttl } = options;
      const now = clock();
      const revokedAt = at === undefined ? undefined : momentOf(at, now);
      if (revokedAt && revokedAt > now)
        throw new MtlsError('BAD_TIME', 'a revocation does not begin in the future', {
          hint: 'leave it out, or give a time that has passed',
        });
      const records = listOf(what).map(recordOf);
      const distinct = [...new Map(records.map((record) => [record.serial, record])).values()];
      const holds = ttl === undefined ? undefined : durationOf(ttl);
      const revoking = { clock, lock, reason, revokedAt, ttl: holds };
      return crlOf(await revoke(issuer, signer(), distinct, revoking));
    },

    async crl(options = {}) {
      refuseUnknown(options, { ttl: true });
      const ttl = options.ttl === undefined ? undefined : durationOf(options.ttl);
      return crlOf(await issueCrl(issuer, signer(), { clock, lock, ttl }));
    },

    list(options = {}) {
      refuseUnknown(options, { status: true, expiring: true, name: true });
      const { status, expiring, name: carried } = options;
      const within = expiring === undefined ? undefined : durationOf(expiring);
      return recordsOf(workings, { status, name: carried, expiring: within });
    },
  };
}

function* recordsOf({ issuer, clock }: Workings, choice: RecordChoice): Generator<RecordInfo> {
  const now = clock();
  for (const record of chooseRecords(issuer.store, choice, now)) yield recordInfo(record, now);
}

/** What is handed out, without its key. */
export function signed({ chain, roots, certificate, plan, notices }: Issued): SignedCertificate {
  return {
    cert: encodeBundle(chain),
    ca: encodeBundle(roots),
    certificate: certificateInfo(certificate),
    warnings: [...plan.warnings, ...notices.map(({ message }) => message)],
  };
}

function crlOf({ crl, entries }: MadeCrl): IssuedCrl {
  const { der, number, thisUpdate, nextUpdate } = crl;
  invariant(number !== undefined && nextUpdate !== undefined, 'a CRL without number or end');
  return {
    crl: encodePem('X509 CRL', der),
    number: number.toString(),
    thisUpdate,
    nextUpdate,
    entries,
  };
}
