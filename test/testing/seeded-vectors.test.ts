// Signatures and keys without chance, against the vectors of those who defined them.
import { createECDH, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { readWhole } from '../../src/asn1/reader.ts';
import { P256, P384, P521, type Curve } from '../../src/crypto/curves.ts';
import { ecPrivateKey } from '../../src/crypto/private-key.ts';
import { loadCurves, type EcType } from '../../src/testing/seeded/ecdsa.ts';
import { seededSource } from '../../src/testing/seeded/source.ts';
import { streamOf } from '../../src/testing/seeded/stream.ts';

const bytes = (hex: string): Uint8Array => fromHex(hex.toLowerCase()) as Uint8Array;
const curves = await loadCurves();

function keyOf(curve: Curve, scalar: Uint8Array) {
  const pair = createECDH(curve.openssl);
  pair.setPrivateKey(scalar);
  return ecPrivateKey(curve, scalar, pair.getPublicKey());
}

interface Vectors {
  readonly type: EcType;
  readonly curve: Curve;
  readonly clause: string;
  readonly x: string;
  /** r and s by message. */
  readonly signatures: Readonly<Record<string, readonly [r: string, s: string]>>;
}

// With the hash that a certificate of each curve takes
const RFC_6979: readonly Vectors[] = [
  {
    type: 'ec-p256',
    curve: P256,
    clause: 'A.2.5',
    x: 'C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721',
    signatures: {
      sample: [
        'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716',
        'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8',
      ],
      test: [
        'F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367',
        '019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083',
      ],
    },
  },
  {
    type: 'ec-p384',
    curve: P384,
    clause: 'A.2.6',
    x: '6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D896D5724E4C70A825F872C9EA60D2EDF5',
    signatures: {
      sample: [
        '94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46',
        '99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8',
      ],
      test: [
        '8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB0542A7F0812998DA8F1DD3CA3CF023DB',
        'DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E06A739F040649A667BF3B828246BAA5A5',
      ],
    },
  },
  {
    type: 'ec-p521',
    curve: P521,
    clause: 'A.2.7',
    x: '00FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16FCC1466F6D8FBEC67DB89EC0C08B0E996B83538',
    signatures: {
      sample: [
        '00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD152B534931D7D4E8455CC91F9B15BF05EC36E377FA',
        '00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37FF0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A',
      ],
      test: [
        '013E99020ABF5CEE7525D16B69B229652AB6BDF2AFFCAEF38773B4B7D08725F10CDB93482FDCC54EDCEE91ECA4166B2A7C6265EF0CE2BD7051B7CEF945BABD47EE6D',
        '01FBD0013C674AA79CB39849527916CE301C66EA7CE8B80682786AD60F98F7E78A19CA69EFF5C57400E3B3A0AD66CE0978214D13BAF4E9AC60752F7B155E2DE4DCE3',
      ],
    },
  },
];

describe('ECDSA is that of RFC 6979', () => {
  it.each(RFC_6979)('$clause', ({ type, curve, x, signatures }) => {
    const signer = curves[type].signerOf(keyOf(curve, bytes(x)));
    for (const [message, expected] of Object.entries(signatures)) {
      const fields = readWhole(signer.sign(Buffer.from(message))).content;
      const r = readWhole(fields.subarray(0, 2 + (fields[1] as number))).content;
      const s = readWhole(fields.subarray(2 + (fields[1] as number))).content;
      const wanted = expected.map((number) => BigInt(`0x${number}`));
      expect([r, s].map((content) => BigInt(`0x${toHex(content)}`))).toEqual(wanted);
    }
  });
});

describe('an EC key is its octets, reduced as FIPS 186-5 A.2.1 says: c mod (n - 1) + 1', () => {
  // The generators: SEC 2 §2.4.2, §2.5.1, §2.6.1; orders of the same clauses
  it.each([
    [
      'ec-p256',
      'FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551',
      '6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296',
    ],
    [
      'ec-p384',
      'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973',
      'AA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7',
    ],
    [
      'ec-p521',
      '01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409',
      '00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66',
    ],
  ] as const)('%s', (type, order, generator) => {
    const curve = curves[type];
    const { seedOctets } = curve;
    const n = BigInt(`0x${order}`);
    expect(8 * seedOctets).toBeGreaterThanOrEqual(n.toString(2).length + 64);
    const pointOf = (octets: bigint) => {
      const text = octets.toString(16).padStart(2 * seedOctets, '0');
      return toHex(curve.keyFrom(bytes(text)).publicKey.keyBits).toUpperCase();
    };
    const width = generator.length;
    const one = pointOf(0n);
    expect(one.slice(2, 2 + width)).toBe(generator);
    expect(pointOf(n - 1n)).toBe(one);
    expect(pointOf(7n * (n - 1n))).toBe(one);
    // n - 1 times the generator is its mirror image: the same x, another y
    const last = pointOf(n - 2n);
    expect(last.slice(2, 2 + width)).toBe(generator);
    expect(last).not.toBe(one);
  });
});

// RFC 8032 §7.1, tests 1 to 3
const RFC_8032 = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    key: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    key: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    key: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
];

it.each(RFC_8032)('Ed25519 is that of RFC 8032: $message', ({ seed, key, message, signature }) => {
  const source = seededSource({ stream: () => bytes(seed), curves }, []);
  const made = source.newKey('ed25519');
  expect(toHex(made.publicKey.keyBits)).toBe(key);
  expect(toHex(source.signerOf(made).sign(bytes(message)))).toBe(signature);
});

it('octets are HKDF-SHA256 of RFC 5869, for as many as are asked', () => {
  const hmac = (key: string | Uint8Array, ...parts: readonly (string | Uint8Array)[]) => {
    const mac = createHmac('sha256', key);
    for (const part of parts) mac.update(part);
    return mac.digest();
  };
  const extracted = hmac('mtls-toolkit seeded fixtures 1', 'checkout');
  // SHA-256 of ["pki","serial","0"], by sha256sum
  const info = bytes('be20c0b87093a1ad5c3acdac48d76b0330c20fe81e685e514f23330f477d5703');
  const first = hmac(extracted, info, Uint8Array.of(1));
  const second = hmac(extracted, first, info, Uint8Array.of(2));
  const made = streamOf('checkout')(['pki', 'serial', '0'], 50);
  expect(Buffer.from(made)).toEqual(Buffer.concat([first, second]).subarray(0, 50));
});
