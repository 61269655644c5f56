// Keys in tokens, over a token that is made up here: Node signs in it. The real ones are in
// test/interop/signers.test.ts.
import {
  constants,
  generateKeyPairSync,
  privateEncrypt,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { endianness } from 'node:os';
import { p256 } from '@noble/curves/nist.js';
import { describe, expect, it } from 'vitest';
import { MtlsError, type ErrorCode } from '../../src/base/errors.ts';
import { parsePublicKey } from '../../src/crypto/key.ts';
import type { Cryptoki, Handle } from '../../src/signer/cryptoki.ts';
import { parsePkcs11Uri } from '../../src/signer/pkcs11-uri.ts';
import { openTokenKey, type TokenAccess } from '../../src/signer/token.ts';
import { ecdsaSigValue } from '../../src/signer/token-key.ts';

const MESSAGE = Buffer.from('what is to be signed');

interface FakeObject {
  readonly privateKey: KeyObject;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

interface Fake {
  readonly label?: string;
  readonly flags?: number;
  readonly pin?: string;
  readonly objects?: readonly FakeObject[];
  /** Signs in place of the key. */
  readonly answer?: () => Buffer;
  readonly log?: string[];
}

const ulong = (value: number): Buffer => {
  const octets = Buffer.alloc(8);
  if (endianness() === 'LE') octets.writeUInt32LE(value, 0);
  else octets.writeUInt32BE(value, 4);
  return octets;
};

/** As the package words what a module returns. */
const fail = (code: string): never => {
  throw new Error(`${code}:160`);
};

function cryptoki(tokens: readonly Fake[]): Cryptoki {
  const tokenOf = (handle: Handle) => tokens[handle[0] as number] as Fake;
  let open = false;
  let found: Handle[] = [];
  let signing: KeyObject | undefined;
  let waits = false;
  const handleOf = (token: number, object: number) => Buffer.from([token, object]);
  const objectOf = (session: Handle, object: Handle) =>
    tokenOf(session).objects?.[object[1] as number] as FakeObject;
  const logged = (handle: Handle, line: string) => tokenOf(handle).log?.push(line);
  return {
    C_GetSlotList: () => tokens.map((_, index) => ulong(index)),
    C_GetTokenInfo: (slot) => ({
      label: (tokenOf(slot).label ?? 'ca').padEnd(32),
      manufacturerID: 'nobody'.padEnd(32),
      model: ''.padEnd(16),
      serialNumber: `s${slot[0] ?? 0}`.padEnd(16),
      flags: tokenOf(slot).flags ?? 0x4,
    }),
    C_OpenSession: (slot) => Buffer.from([slot[0] as number]),
    C_GetSessionInfo: () => ({ state: open ? 1 : 0 }),
    C_Login(session, user, pin) {
      logged(session, `login ${user}`);
      if (tokenOf(session).pin === 'locked') fail('CKR_PIN_LOCKED');
      if (pin !== (tokenOf(session).pin ?? '1234')) fail('CKR_PIN_INCORRECT');
      if (user === 2) waits = false;
      open = true;
    },
    C_FindObjectsInit(session, template) {
      found = (tokenOf(session).objects ?? []).flatMap(({ attributes }, index) =>
        template.every(({ type, value }) =>
          typeof value === 'number'
            ? attributes.get(type)?.equals(ulong(value))
            : attributes.get(type)?.equals(Buffer.from(value ?? '')),
        ) &&
        (open || !attributes.get(0)?.equals(ulong(3)))
          ? [handleOf(session[0] as number, index)]
          : [],
      );
    },
    C_FindObjects: (_session, max) => found.slice(0, max),
    C_FindObjectsFinal: () => undefined,
    C_GetAttributeValue(session, object, template) {
      return template.map(({ type }) => {
        const value = objectOf(session, object).attributes.get(type);
        return { value: value ?? fail('CKR_ATTRIBUTE_TYPE_INVALID') };
      });
    },
    C_SignInit(session, { mechanism }, key) {
      logged(session, `sign with ${mechanism.toString(16)}`);
      const object = objectOf(session, key);
      signing = object.privateKey;
      waits = object.attributes.get(0x202)?.[0] === 1;
      if (signing.asymmetricKeyType === 'dsa') fail('CKR_MECHANISM_INVALID');
    },
    C_SignAsync(session, data) {
      if (waits) fail('CKR_USER_NOT_LOGGED_IN');
      const key = signing as KeyObject;
      const { answer } = tokenOf(session);
      return Promise.resolve(answer ? answer() : signedIn(key, data));
    },
  };
}

function signedIn(key: KeyObject, data: Buffer): Buffer {
  if (key.asymmetricKeyType === 'ed25519') return sign(null, data, key);
  if (key.asymmetricKeyType === 'rsa')
    return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, data);
  const { d = '' } = key.export({ format: 'jwk' });
  const secret = Buffer.from(d, 'base64url');
  return Buffer.from(p256.sign(data, secret, { prehash: false, lowS: false, format: 'compact' }));
}

const der = (tag: number, content: Buffer) =>
  Buffer.concat([Buffer.from([tag, content.length]), content]);

// 1.2.840.10045.3.1.7
const P256_OID = Buffer.from('06082a8648ce3d030107', 'hex');

function pair(
  type: 'ec' | 'rsa' | 'ed25519',
  { label = 'root', id = 1, more = [] as readonly (readonly [number, Buffer])[] } = {},
): { objects: FakeObject[]; publicKey: KeyObject } {
  const { publicKey, privateKey } =
    type === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const jwk = publicKey.export({ format: 'jwk' });
  const bytes = (text = '') => Buffer.from(text, 'base64url');
  const named: [number, Buffer][] = [
    [0x3, Buffer.from(label)],
    [0x102, Buffer.from([id])],
    [0x100, ulong({ rsa: 0, ec: 3, ed25519: 0x40 }[type])],
  ];
  const shown: [number, Buffer][] =
    type === 'rsa'
      ? [
          [0x120, bytes(jwk.n)],
          [0x122, bytes(jwk.e)],
        ]
      : type === 'ec'
        ? [
            [0x180, P256_OID],
            [0x181, der(4, Buffer.concat([Buffer.from([4]), bytes(jwk.x), bytes(jwk.y)]))],
          ]
        : [
            [0x180, der(0x13, Buffer.from('edwards25519'))],
            [0x181, der(4, bytes(jwk.x))],
          ];
  const object = (kind: number, fields: readonly (readonly [number, Buffer])[]): FakeObject => ({
    privateKey,
    attributes: new Map([[0, ulong(kind)], ...named, ...fields]),
  });
  return { publicKey, objects: [object(3, more), object(2, shown)] };
}

const URI = 'pkcs11:token=ca;object=root?module-path=/module.so';

function access(tokens: readonly Fake[], pin = '1234'): TokenAccess {
  return {
    pin: () => Promise.resolve(Buffer.from(pin)),
    load: () => cryptoki(tokens),
  };
}

async function refusal(uri: string, tokens: readonly Fake[], pin?: string): Promise<MtlsError> {
  const error: unknown = await openTokenKey(parsePkcs11Uri(uri), access(tokens, pin))
    .then((key) => key.signer(key.publicKey()).sign(MESSAGE))
    .catch((thrown: unknown) => thrown);
  if (error instanceof MtlsError) return error;
  throw error instanceof Error ? error : new Error('not refused');
}

describe('a token', () => {
  it.each([
    ['ec', 'sha256', '1041'],
    ['rsa', 'sha256', '1'],
    ['ed25519', null, '1057'],
  ] as const)('shows and signs with a key: %s', async (type, hash, mechanism) => {
    const log: string[] = [];
    const { objects, publicKey } = pair(type);
    const key = await openTokenKey(parsePkcs11Uri(URI), access([{ objects, log }]));
    const shown = key.publicKey();
    expect(Buffer.from(shown.spki)).toEqual(publicKey.export({ format: 'der', type: 'spki' }));
    const signature = await key.signer(shown).sign(MESSAGE);
    expect(verify(hash, MESSAGE, publicKey, signature)).toBe(true);
    expect(log).toEqual(['login 1', `sign with ${mechanism}`]);
  });

  it('is found among several by its name, and its key by label or id', async () => {
    const [a, b] = [pair('ec', { label: 'a', id: 1 }), pair('ec', { label: 'b', id: 2 })];
    const tokens = [{ label: 'other' }, { objects: [...a.objects, ...b.objects] }];
    for (const [uri, { publicKey }] of [
      ['pkcs11:token=ca;object=a', a],
      ['pkcs11:token=ca;object=b', b],
      ['pkcs11:serial=s1;id=%02', b],
      ['pkcs11:slot-id=1;id=%01', a],
    ] as const) {
      const key = await openTokenKey(
        parsePkcs11Uri(`${uri}?module-path=/module.so`),
        access(tokens),
      );
      expect(Buffer.from(key.publicKey().spki)).toEqual(
        publicKey.export({ format: 'der', type: 'spki' }),
      );
    }
  });

  it('is asked for its PIN once, and for one that counts each signature each time', async () => {
    const log: string[] = [];
    const { objects } = pair('ec', { more: [[0x202, Buffer.from([1])]] });
    const key = await openTokenKey(parsePkcs11Uri(URI), access([{ objects, log }]));
    const signer = key.signer(key.publicKey());
    await signer.sign(MESSAGE);
    await signer.sign(MESSAGE);
    expect(log).toEqual([
      'login 1',
      ...['sign with 1041', 'login 2'],
      ...['sign with 1041', 'login 2'],
    ]);
  });

  it('that is open already asks nobody, and one without a PIN neither', async () => {
    const { objects } = pair('ec');
    const shared = cryptoki([{ objects }]);
    let asked = 0;
    const one = {
      load: () => shared,
      pin: () => {
        asked++;
        return Promise.resolve(Buffer.from('1234'));
      },
    };
    await openTokenKey(parsePkcs11Uri(URI), one);
    await openTokenKey(parsePkcs11Uri(URI), one);
    expect(asked).toBe(1);
  });

  it('is loaded from where MTLS_PKCS11_MODULE says, when the URI does not', async () => {
    const { objects } = pair('ec');
    const seen: string[] = [];
    const load = (path: string) => {
      seen.push(path);
      return cryptoki([{ objects }]);
    };
    const pin = () => Promise.resolve(Buffer.from('1234'));
    await openTokenKey(parsePkcs11Uri('pkcs11:object=root'), { pin, load, module: '/other.so' });
    await openTokenKey(parsePkcs11Uri(URI), { pin, load, module: '/other.so' });
    expect(seen).toEqual(['/other.so', '/module.so']);
  });
});

describe('a token that does not sign', () => {
  const { objects } = pair('ec');
  const two = [...objects, ...pair('ec', { id: 2 }).objects];
  const hidden = objects.slice(0, 1);
  it.each<[string, string, Fake[], string | undefined, ErrorCode, string]>([
    ['no module', 'pkcs11:object=root', [], undefined, 'SIGNER_FAILED', 'names no module'],
    ['no token', URI, [], undefined, 'SIGNER_FAILED', 'no token fits'],
    ['others', URI, [{ label: 'x' }], undefined, 'SIGNER_FAILED', 'no token fits'],
    ['two of a name', URI, [{}, {}], undefined, 'SIGNER_FAILED', 'fits several tokens'],
    ['no key', URI, [{}], undefined, 'SIGNER_FAILED', 'has no such private key'],
    ['two keys', URI, [{ objects: two }], undefined, 'SIGNER_FAILED', 'several keys that fit'],
    ['a wrong PIN', URI, [{ objects }], '4321', 'PASSPHRASE_WRONG', 'the PIN does not open'],
    ['a locked PIN', URI, [{ pin: 'locked' }], undefined, 'SIGNER_FAILED', 'CKR_PIN_LOCKED'],
    ['no public half', URI, [{ objects: hidden }], undefined, 'SIGNER_FAILED', 'public half'],
    [
      'a removed device',
      URI,
      [{ objects, answer: () => fail('CKR_DEVICE_REMOVED') }],
      undefined,
      'SIGNER_FAILED',
      'did not sign: CKR_DEVICE_REMOVED',
    ],
    [
      'another signature',
      URI,
      [{ objects, answer: () => Buffer.alloc(64, 1) }],
      undefined,
      'SIGNER_WRONG',
      'does not verify',
    ],
    [
      'an odd signature',
      URI,
      [{ objects, answer: () => Buffer.alloc(63, 1) }],
      undefined,
      'SIGNER_WRONG',
      'does not verify',
    ],
  ])('%s', async (_what, uri, tokens, pin, code, message) => {
    const error = await refusal(uri, tokens, pin);
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('has another key', async () => {
    const other = parsePublicKey(
      new Uint8Array(pair('rsa').publicKey.export({ format: 'der', type: 'spki' })),
    );
    const key = await openTokenKey(parsePkcs11Uri(URI), access([{ objects }]));
    expect(() => key.signer(other)).toThrow('another key than the CA');
  });

  it('says what there is', async () => {
    const wrong = await refusal('pkcs11:object=rot?module-path=/module.so', [{ objects }]);
    expect(wrong.hint).toContain('"root" (id %01)');
    const absent = await refusal('pkcs11:token=cb?module-path=/module.so', [{ objects }]);
    expect(absent.hint).toContain('"ca"');
  });
});

// RFC 6979 A.2.5: P-256 with SHA-256, message "test"; its DER by X.690 §8.3
it('writes r and s in DER', () => {
  const r = 'f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367';
  const s = '019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083';
  expect(Buffer.from(ecdsaSigValue(Buffer.from(r + s, 'hex')) ?? []).toString('hex')).toBe(
    `3045022100${r}0220${s}`,
  );
  const short = Buffer.from(`00${'00'.repeat(30)}80${'00'.repeat(31)}7f`, 'hex');
  expect(Buffer.from(ecdsaSigValue(short) ?? []).toString('hex')).toBe('300702020080' + '02017f');
  expect(ecdsaSigValue(Buffer.alloc(63))).toBeUndefined();
});
