// Key stores that openssl, keytool and GnuTLS wrote: what mtls reads in them, what Node and Java do,
// and whether what is said of Java is so.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { X509Certificate, createPrivateKey, createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { readBundle } from '../../src/codec/bundle.ts';
import { readStoreParts } from '../../src/codec/pkcs12-parts.ts';
import { readPkcs12 } from '../../src/codec/pkcs12.ts';
import { storeFlaws } from '../../src/codec/store-form.ts';
import { RFC9579_PASSWORD, rfc9579 } from '../codec/rfc9579.ts';
import { mtls } from '../support/program.ts';
import { hasPeer } from './support/peers.ts';

const openssl = hasPeer('openssl', ['version']);
const certtool = hasPeer('certtool');
const java = hasPeer('java', ['-version']) && hasPeer('keytool', ['-help']);

const folder = mkdtempSync(join(tmpdir(), 'mtls-p12-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const run = (program: string, ...args: string[]) =>
  execFileSync(program, args, { cwd: folder, stdio: 'pipe' });
const path = (name: string) => join(folder, name);
const bytesOf = (name: string) => new Uint8Array(readFileSync(path(name)));
const derOf = (name: string) => new X509Certificate(readFileSync(path(name))).raw;
const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

beforeAll(() => {
  if (!openssl) return;
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  run('openssl', ...'req -x509 -keyout ca.key -out ca.crt -subj /CN=Root'.split(' '), ...curve);
  for (const [name, kind] of [
    ['api', curve],
    ['web', ['-newkey', 'rsa:2048', '-nodes']],
  ] as const) {
    run(
      'openssl',
      'req',
      '-keyout',
      `${name}.key`,
      '-out',
      'x.csr',
      '-subj',
      `/CN=${name}`,
      ...kind,
    );
    const sign = `x509 -req -in x.csr -CA ca.crt -CAkey ca.key -CAcreateserial -out ${name}.crt`;
    run('openssl', ...sign.split(' '));
  }
}, 60_000);

/** Writes `api.p12` and answers its bytes; each call its own. */
function exported(passphrase: string, ...args: string[]): Uint8Array {
  const given = '-in api.crt -inkey api.key -certfile ca.crt -name api -out api.p12'.split(' ');
  run('openssl', 'pkcs12', '-export', ...given, '-passout', `pass:${passphrase}`, ...args);
  return bytesOf('api.p12');
}

/** Certificates and public keys in a store, as PEM readers of Node's see the files it is made of. */
function held(bytes: Uint8Array, passphrase: string | undefined) {
  const bundle = readBundle(bytes, { passphrase: () => passphrase });
  return {
    certificates: bundle.certificates.map(({ der }) => Buffer.from(der)),
    keys: bundle.keys.map(({ decode }) => Buffer.from(decode(() => passphrase).publicKey.spki)),
  };
}

function spkiOf(name: string): Buffer {
  const key = createPublicKey(createPrivateKey(readFileSync(path(name))));
  return key.export({ type: 'spki', format: 'der' });
}

/** Whether Node's TLS takes it. */
function nodeReads(bytes: Uint8Array, passphrase: string): boolean {
  try {
    createSecureContext({ pfx: Buffer.from(bytes), passphrase });
    return true;
  } catch {
    return false;
  }
}

/** What keytool sees: how many entries, or undefined where it cannot read the store. */
function javaEntries(bytes: Uint8Array, passphrase: string): number | undefined {
  writeFileSync(path('java.p12'), bytes);
  const { stdout, status } = spawnSync(
    'keytool',
    ['-list', '-keystore', path('java.p12'), '-storetype', 'PKCS12', '-storepass', passphrase],
    { encoding: 'utf8', input: '' },
  );
  return status === 0 ? Number(/contains (\d+) entr/.exec(stdout)?.[1]) : undefined;
}

/** What is said of a program, of this store. */
function breaks(bytes: Uint8Array, passphrase: string): readonly string[] {
  const { stores = [] } = readStoreParts(bytes, { source: 'store' }, () => passphrase);
  return stores.flatMap(storeFlaws).flatMap((flaw) => flaw.breaks);
}

describe.skipIf(!openssl)('what openssl writes', () => {
  const AES = 'PBES2 (AES-256-CBC, PBKDF2-HMAC-SHA256)';
  const cases: readonly (readonly [
    args: string,
    expected: { readonly mac?: string; readonly schemes: readonly string[] },
  ])[] = [
    ['', { mac: 'HMAC-SHA256', schemes: [AES] }],
    ['-legacy', { mac: 'HMAC-SHA1', schemes: ['PBE-SHA1-RC2-40', 'PBE-SHA1-3DES'] }],
    ['-nomac', { schemes: [AES] }],
    ['-keypbe NONE', { mac: 'HMAC-SHA256', schemes: [AES] }],
    ['-certpbe NONE', { mac: 'HMAC-SHA256', schemes: [AES] }],
    ['-keypbe NONE -certpbe NONE', { mac: 'HMAC-SHA256', schemes: [] }],
    ['-keypbe NONE -certpbe NONE -nomac', { schemes: [] }],
    [
      '-certpbe PBE-SHA1-3DES -keypbe PBE-SHA1-3DES -macalg sha1',
      { mac: 'HMAC-SHA1', schemes: ['PBE-SHA1-3DES'] },
    ],
    [
      '-legacy -certpbe PBE-SHA1-RC2-128 -keypbe PBE-SHA1-2DES',
      { mac: 'HMAC-SHA1', schemes: ['PBE-SHA1-RC2-128', 'PBE-SHA1-2DES'] },
    ],
    [
      '-certpbe DES-EDE3-CBC -keypbe AES-128-CBC',
      {
        mac: 'HMAC-SHA256',
        schemes: [
          'PBES2 (DES-EDE3-CBC, PBKDF2-HMAC-SHA256)',
          'PBES2 (AES-128-CBC, PBKDF2-HMAC-SHA256)',
        ],
      },
    ],
    ...['sha224', 'sha384', 'sha512'].map(
      (hash) => [`-macalg ${hash}`, { mac: `HMAC-${hash.toUpperCase()}`, schemes: [AES] }] as const,
    ),
    ['-iter 60000', { mac: 'HMAC-SHA256', schemes: [AES] }],
    ['-nomaciter', { mac: 'HMAC-SHA256', schemes: [AES] }],
  ];

  it.each(cases)('%s', (args, { mac, schemes }) => {
    const bytes = exported('secret', ...args.split(' ').filter((one) => one !== ''));
    expect(held(bytes, 'secret')).toEqual({
      certificates: [derOf('api.crt'), derOf('ca.crt')],
      keys: [spkiOf('api.key')],
    });
    const store = readPkcs12(bytes, () => 'secret');
    expect(store.mac?.algorithm).toBe(mac);
    expect(store.encryption).toEqual(schemes);
    const [leaf, , key] = store.entries;
    expect([leaf?.friendlyName, key?.friendlyName]).toEqual(['api', 'api']);
    expect(leaf?.localKeyId).toEqual(key?.localKeyId);

    // Java and Node, as it is said of them
    const said = breaks(bytes, 'secret');
    const forNode = said.some((who) => who.includes('Node'));
    expect(nodeReads(bytes, 'secret')).toBe(!forNode);
    if (java)
      expect(javaEntries(bytes, 'secret')).toBe(
        !said.includes('Java') ? 1 : args.includes('DES-EDE3') ? undefined : 0,
      );
  });

  it.each(['pässwörd€', '😀', '  blanks ', 'x'.repeat(200)])('under %j', (passphrase) => {
    for (const args of [['-legacy'], []]) {
      const bytes = exported(passphrase, ...args);
      expect(held(bytes, passphrase).keys).toEqual([spkiOf('api.key')]);
      expect(() => readPkcs12(bytes, () => `${passphrase}x`)).toThrow(code('PASSPHRASE_WRONG'));
      expect(() => readPkcs12(bytes)).toThrow(code('PASSPHRASE_NEEDED'));
    }
    expect(nodeReads(exported(passphrase), passphrase)).toBe(true);
  });

  it('under the empty passphrase is open to all', () => {
    for (const args of [['-legacy'], []])
      for (const passphrase of [undefined, '', 'any'])
        expect(held(exported('', ...args), passphrase).keys).toEqual([spkiOf('api.key')]);
  });

  it('several keys under one passphrase', () => {
    run(
      'openssl',
      ...'pkcs12 -export -in web.crt -inkey web.key -name web -out web.p12'.split(' '),
      ...['-passout', 'pass:secret'],
    );
    // openssl writes one key to a store; Java puts two together
    exported('secret');
    if (!java) return;
    const names = ['-srckeystore', 'web.p12', '-destkeystore', 'api.p12', '-noprompt'];
    const passwords = ['-srcstorepass', 'secret', '-deststorepass', 'secret'];
    run('keytool', '-importkeystore', ...names, ...passwords);
    const { keys } = held(bytesOf('api.p12'), 'secret');
    expect(keys).toHaveLength(2);
    expect(keys).toEqual(expect.arrayContaining([spkiOf('api.key'), spkiOf('web.key')]));
    const bundle = readBundle(bytesOf('api.p12'), { passphrase: () => 'secret' });
    expect(bundle.keys.map(({ origin }) => origin.entry).sort()).toEqual(['"api"', '"web"']);
  });

  it('a key under a passphrase of its own', () => {
    const bytes = exported('secret', '-certpbe', 'NONE', '-nomac');
    const { keys, certificates } = readBundle(bytes);
    expect(certificates).toHaveLength(2);
    const [key] = keys;
    expect(key).toMatchObject({ encrypted: true, locked: true });
    expect(() => key?.decode()).toThrow(code('PASSPHRASE_NEEDED'));
    expect(() => key?.decode(() => 'wrong')).toThrow(code('PASSPHRASE_WRONG'));
    expect(Buffer.from(key?.decode(() => 'secret').publicKey.spki ?? [])).toEqual(
      spkiOf('api.key'),
    );
  });

  it('damaged anywhere is refused, never misread', () => {
    const whole = exported('secret');
    let opened = 0;
    for (let at = 0; at < whole.length; at += 11) {
      const bent = Uint8Array.from(whole);
      bent[at] = (bent[at] as number) ^ 0x40;
      try {
        const { keys } = held(bent, 'secret');
        expect(keys).toEqual([spkiOf('api.key')]);
        opened++;
      } catch (error) {
        expect(error).toBeInstanceOf(MtlsError);
        expect((error as MtlsError).code).not.toBe('INTERNAL');
      }
    }
    expect(opened).toBeLessThan(5);
  });

  it('RC4 is named and refused', () => {
    const bytes = exported('secret', '-legacy', '-keypbe', 'PBE-SHA1-RC4-128');
    expect(() => readPkcs12(bytes, () => 'secret')).toThrow(code('KEY_UNSUPPORTED'));
    expect(() => readPkcs12(bytes, () => 'secret')).toThrow('PBE-SHA1-RC4-128');
  });
});

describe.skipIf(!java || !openssl)('what keytool writes', () => {
  const store = ['-storetype', 'PKCS12', '-storepass', 'changeit'];
  function trustStore(name: string, ...args: string[]): Uint8Array {
    const given = ['-importcert', '-noprompt', '-alias', 'root', '-file', 'ca.crt'];
    run('keytool', ...given, '-keystore', name, ...store, ...args);
    return bytesOf(name);
  }

  it.each([
    ['a trust store', [], 'HMAC-SHA256'],
    ['a trust store of old', ['-J-Dkeystore.pkcs12.legacy'], 'HMAC-SHA1'],
    [
      'a trust store that anybody may read',
      ['-J-Dkeystore.pkcs12.certProtectionAlgorithm=NONE', '-J-Dkeystore.pkcs12.macAlgorithm=NONE'],
      undefined,
    ],
  ])('%s', (_, args, mac) => {
    const bytes = trustStore(`trust-${mac ?? 'open'}.p12`, ...args);
    const passphrase = mac === undefined ? undefined : 'changeit';
    const found = readPkcs12(bytes, () => passphrase);
    expect(found.mac?.algorithm).toBe(mac);
    expect(found.entries).toMatchObject([
      { kind: 'certificate', friendlyName: 'root', trusted: true },
    ]);
    expect(held(bytes, passphrase).certificates).toEqual([derOf('ca.crt')]);
    expect(breaks(bytes, 'changeit')).not.toContain('Java');
    expect(javaEntries(bytes, 'changeit')).toBe(1);
  });

  it('without a MAC, but encrypted', () => {
    const bytes = trustStore('no-mac.p12', '-J-Dkeystore.pkcs12.macAlgorithm=NONE');
    expect(held(bytes, 'changeit').certificates).toEqual([derOf('ca.crt')]);
    // A wrong key may leave padding behind that is one, but no DER
    for (let number = 0; number < 600; number++)
      expect(() => readPkcs12(bytes, () => `wrong ${number}`)).toThrow(code('PASSPHRASE_WRONG'));
  });

  it('a key and its chain', () => {
    const name = ['-alias', 'srv', '-dname', 'CN=srv', '-keystore', 'keys.p12'];
    run('keytool', '-genkeypair', '-keyalg', 'EC', ...name, ...store);
    const { certificates, keys } = readBundle(bytesOf('keys.p12'), {
      passphrase: () => 'changeit',
    });
    const [certificate] = certificates;
    const [key] = keys;
    expect(Buffer.from(key?.decode().publicKey.spki ?? [])).toEqual(
      Buffer.from(certificate?.publicKey.spki ?? []),
    );
  });
});

interface Report {
  readonly findings: readonly {
    readonly code: string;
    readonly remedy: { readonly argv: readonly string[][] };
  }[];
}

describe.skipIf(!java || !openssl)('what Java makes of a store', () => {
  it('of certificates without its attribute: nothing', () => {
    run(
      'openssl',
      ...'pkcs12 -export -nokeys -in ca.crt -name root -out t.p12'.split(' '),
      ...['-passout', 'pass:changeit'],
    );
    const bytes = bytesOf('t.p12');
    expect(javaEntries(bytes, 'changeit')).toBe(0);
    const { stores = [] } = readStoreParts(bytes, { source: 't.p12' }, () => 'changeit');
    expect(stores.flatMap(storeFlaws).map(({ kind }) => kind)).toEqual([
      'no-trust',
      'new-for-java',
    ]);
  });

  it('of certificates without its attribute, or of old ciphers: all, once the doctor’s lines are run', () => {
    const pass = ['-passout', 'pass:changeit'];
    writeFileSync(path('pass.txt'), 'changeit\n', { mode: 0o600 });
    run('openssl', ...'pkcs12 -export -nokeys -in ca.crt -out roots.p12'.split(' '), ...pass);
    exported('changeit', '-legacy');
    for (const name of ['roots.p12', 'api.p12']) {
      const ask = (store: string, ...args: string[]) =>
        mtls(['doctor', store, 'ca.crt', '--passphrase-file', 'pass.txt', ...args], {
          cwd: folder,
        });
      const ofStores = (store: string) =>
        (JSON.parse(ask(store, '--json').stdout) as Report).findings.filter(({ code: one }) =>
          one.startsWith('STORE_'),
        );
      const argvs = ofStores(name).flatMap(({ remedy }) => remedy.argv);
      expect(argvs.length).toBeGreaterThan(0);
      for (const [program = '', ...args] of argvs) run(program, ...args);
      const mended = name.replace('.p12', '-new.p12');
      expect(ofStores(mended)).toEqual([]);
      expect(javaEntries(bytesOf(mended), 'changeit')).toBe(1);
    }
  });

  it('with PBMAC1: no more than Java 26 does', () => {
    const bytes = rfc9579('A.1');
    const said = breaks(bytes, RFC9579_PASSWORD);
    expect(said).toContain('Java before 26');
    const [, major] = /version "(\d+)/.exec(
      spawnSync('java', ['-version'], { encoding: 'utf8' }).stderr,
    ) ?? [undefined, '0'];
    if (Number(major) < 26) expect(javaEntries(bytes, RFC9579_PASSWORD)).toBeUndefined();
  });
});

describe.skipIf(!certtool || !openssl)('what GnuTLS writes', () => {
  it.each(['aes-128', 'aes-256', '3des', '3des-pkcs12', 'rc2-40'])(
    'under %s',
    (cipher) => {
      const given = '--load-certificate api.crt --load-privkey api.key --p12-name api'.split(' ');
      const how = [
        '--pkcs-cipher',
        cipher,
        '--password',
        'secret',
        '--outder',
        '--outfile',
        'g.p12',
      ];
      run('certtool', '--to-p12', ...given, ...how);
      expect(held(bytesOf('g.p12'), 'secret')).toEqual({
        certificates: [derOf('api.crt')],
        keys: [spkiOf('api.key')],
      });
    },
    60_000,
  );
});
