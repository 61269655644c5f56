// A CA in a home on disk: the same store, lock and journal as the program's.
import { resolve } from 'node:path';
import { openAuthority, unlock, type Authority } from '../ca/authority.ts';
import { createIntermediate, createRoot } from '../ca/create.ts';
import { readDefaults } from '../ca/defaults.ts';
import { recordOfCertificate } from '../ca/find.ts';
import { renewRecord } from '../ca/renew.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import type { Clock } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { parseTrustDomain } from '../name/spiffe.ts';
import { homeAt } from '../store/home.ts';
import { parseCaName, type HomePaths } from '../store/layout.ts';
import type { LockOptions } from '../store/lock.ts';
import { actionsOf, signed } from './actions.ts';
import { clockOf, durationOf, refuseUnknown, type Data, type Now, type Secret } from './input.ts';
import { recordIn } from './record-of.ts';
import { caRequest } from './requests.ts';
import { signerBy, signerOfCa, type CaSigner } from './signer.ts';
import type { CaOptions, CertificateAuthority, RenewedCertificate, RenewOptions } from './types.ts';

/** A CA in a home on disk. Several processes may use it at once: one writes, the others wait. */
export interface HomeCa extends CertificateAuthority {
  /** The home's folder, an absolute path. */
  readonly home: string;

  /**
   * Makes a CA below this one, in the same home.
   *
   * @throws MtlsError CA_EXISTS, STORE_LOCKED, and what `MemoryCa.intermediate` throws
   */
  intermediate(options: NewHomeCaOptions): Promise<HomeCa>;

  /**
   * Issues a certificate again: the same names and profile under fresh dates, and a new key unless
   * it is kept. What the program had put into files is replaced in those files.
   *
   * @param what the certificate, PEM or DER, or its serial number
   * @throws MtlsError CERT_NOT_FOUND, ALREADY_REVOKED, ISSUER_EXPIRED; of files: FILE_EXISTS,
   * KEY_MISMATCH
   * @example
   * import { initCa } from 'mtls-toolkit';
   *
   * const ca = await initCa({ home: './pki' });
   * const { cert, certificate } = await ca.issue({ names: 'api.example.internal', ttl: '7d' });
   * const renewed = await ca.renew(cert);
   * renewed.certificate.names; // → ['DNS:api.example.internal']
   * [...ca.list()].map(({ replaces }) => replaces); // → [null, certificate.serial]
   */
  renew(what: Data, options?: RenewOptions): Promise<RenewedCertificate>;
}

/** A new CA in a home; its name is that of its folder. */
export interface NewHomeCaOptions extends CaOptions {
  /** Letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** Encrypts the CA's key; without it the key lies open, mode 0600. */
  readonly passphrase?: Secret | undefined;
  /** Signs with the CA's key, which is elsewhere; then none is made, nor kept in the home. */
  readonly signer?: CaSigner | undefined;
}

interface HomeOptions {
  /** The home's folder, as the program's `--home`; made where it is not there. */
  readonly home: string;
  readonly now?: Now | undefined;
  /** Milliseconds to wait for another writer; a minute where absent. */
  readonly wait?: number | undefined;
  /** Ends the waiting. */
  readonly signal?: AbortSignal | undefined;
}

export interface InitCaOptions extends HomeOptions, Omit<NewHomeCaOptions, 'name'> {
  /** What to call it; `root` where absent. */
  readonly name?: string | undefined;
}

export interface OpenCaOptions extends HomeOptions {
  /** Which CA; the only one of the home where absent. */
  readonly name?: string | undefined;
  /** Opens the CA's key, when something is to be signed. */
  readonly passphrase?: Secret | undefined;
  /** Signs with the CA's key, which is elsewhere. */
  readonly signer?: CaSigner | undefined;
}

/**
 * Makes a root CA in a home, as `mtls ca init` does; the program goes on with it, and the other
 * way round.
 *
 * @throws MtlsError CA_EXISTS, BAD_NAME, STORE_LOCKED, WRITE_FAILED, and what `createCa` throws
 * @example
 * import { initCa, openCa } from 'mtls-toolkit';
 *
 * await initCa({ home: './pki', name: 'dev', passphrase: 'correct horse' });
 *
 * const ca = openCa({ home: './pki', passphrase: 'correct horse' });
 * await ca.issue({ names: 'api.example.internal', profile: 'peer' });
 * [...ca.list()].map(({ profile, status }) => `${profile}: ${status}`); // → ['peer: valid']
 */
export async function initCa(options: InitCaOptions): Promise<HomeCa> {
  const { home, now, wait, signal, name = 'root', ...asked } = options;
  const place = placeOf({ home, now, wait, signal });
  return openedCa(await made(place, { ...asked, name }), asked, place);
}

/**
 * Opens a CA of a home. Its key is opened when something is signed; until then no passphrase is
 * asked for.
 *
 * @throws MtlsError CA_NOT_FOUND, CA_AMBIGUOUS, STORE_VERSION, STORE_CORRUPT; later, where it signs,
 * PASSPHRASE_NEEDED, PASSPHRASE_WRONG, CA_KEY_MISSING, HOME_UNSAFE, STORE_LOCKED, SIGNER_WRONG
 * @example
 * import { initCa, openCa } from 'mtls-toolkit';
 *
 * await initCa({ home: './pki' });
 * const ca = openCa({ home: './pki' });
 * ca.name; // → 'root'
 */
export function openCa(options: OpenCaOptions): HomeCa {
  refuseUnknown(options, {
    home: true,
    name: true,
    passphrase: true,
    signer: true,
    now: true,
    wait: true,
    signal: true,
  });
  const { passphrase, signer, name, ...at } = options;
  const place = placeOf(at);
  return openedCa(
    openAuthority(place.home, name, place.clock, (one) => `name: '${one}'`),
    { passphrase, signer },
    place,
  );
}

interface Place {
  readonly home: HomePaths;
  readonly clock: Clock;
  readonly lock: LockOptions;
}

function placeOf({ home, now, wait, signal }: HomeOptions): Place {
  return {
    home: homeAt(resolve(home)),
    clock: clockOf(now),
    lock: { ...(wait !== undefined && { wait }), signal },
  };
}

/** How a CA's key is reached. */
type Access = Pick<OpenCaOptions, 'passphrase' | 'signer'>;

function newAuthority(place: Place, options: NewHomeCaOptions) {
  const { passphrase, signer, ...asked } = options;
  const { trustDomain, keyType } = asked;
  if (signer && (passphrase !== undefined || keyType !== undefined))
    throw new MtlsError('BAD_OPTION', 'a key that is elsewhere is not made, nor encrypted', {
      hint: 'leave keyType and passphrase out',
    });
  return {
    ...place,
    name: parseCaName(options.name),
    request: caRequest(asked, options.name, place.clock()),
    trustDomain: trustDomain === undefined ? undefined : parseTrustDomain(trustDomain),
    passphrase,
    signer: signer && signerBy(signer),
  };
}

async function made(place: Place, options: NewHomeCaOptions): Promise<Authority> {
  const { authority } = await createRoot(newAuthority(place, options));
  return authority;
}

function openedCa(authority: Authority, access: Access, place: Place): HomeCa {
  const { store } = authority;
  const { passphrase, signer: elsewhere } = access;
  let opened = elsewhere && signerOfCa(elsewhere, authority.certificate.publicKey);
  const signer = () => (opened ??= unlock(authority, () => passphrase));
  const finding = {
    name: store.name,
    bySerial: (serial: string) => store.find(serial),
    byCertificate: (certificate: Parameters<typeof recordOfCertificate>[1]) =>
      recordOfCertificate(store, certificate),
  };
  return {
    ...actionsOf({
      name: store.name,
      issuer: authority,
      clock: place.clock,
      lock: place.lock,
      signer,
      defaults: () => readDefaults(place.home),
      recordOf: (what) => recordIn(finding, what),
    }),
    home: place.home.root,
    async renew(what, options = {}) {
      refuseUnknown(options, { ttl: true, reuseKey: true });
      const { reuseKey } = options;
      const ttl = options.ttl === undefined ? undefined : durationOf(options.ttl);
      const how = { clock: place.clock, lock: place.lock, ttl, reuseKey };
      const issued = await renewRecord(authority, signer(), recordIn(finding, what), how);
      return { ...signed(issued), key: issued.key ? writePrivateKey(issued.key) : null };
    },
    async intermediate(options) {
      const wanted = newAuthority(place, options);
      const below = await createIntermediate(wanted, authority, signer());
      return openedCa(below.authority, options, place);
    },
  };
}
