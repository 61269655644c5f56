import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../src/probe/handshake-messages.ts';
import { readMessage } from '../../src/probe/records.ts';
import * as rfc from './rfc8448.ts';

const CERTIFICATE = 11;
const CERTIFICATE_REQUEST = 13;

const hello = () => {
  const raw = readMessage(rfc.CLIENT_HELLO.subarray(5));
  if (!raw) throw new Error('no message');
  return raw;
};

describe('a handshake message', () => {
  // RFC 8448 §3 spells out every octet of this one
  it('is read: ClientHello', () => {
    expect(parseMessage(hello(), false)).toEqual({
      name: 'ClientHello',
      random: 'cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7',
      versions: ['TLSv1.3'],
      suites: ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_256_GCM_SHA384'],
      groups: [
        'x25519',
        'secp256r1',
        'secp384r1',
        'secp521r1',
        'ffdhe2048',
        'ffdhe3072',
        'ffdhe4096',
        'ffdhe6144',
        'ffdhe8192',
      ],
      signatureAlgorithms: [
        'ecdsa_secp256r1_sha256',
        'ecdsa_secp384r1_sha384',
        'ecdsa_secp521r1_sha512',
        'ecdsa_sha1',
        'rsa_pss_rsae_sha256',
        'rsa_pss_rsae_sha384',
        'rsa_pss_rsae_sha512',
        'rsa_pkcs1_sha256',
        'rsa_pkcs1_sha384',
        'rsa_pkcs1_sha512',
        'rsa_pkcs1_sha1',
        '0x0402',
        '0x0502',
        '0x0602',
        '0x0202',
      ],
      serverName: 'server',
      alpn: [],
    });
  });

  it('keeps its name and nothing else wherever it is cut', () => {
    const { type, body } = hello();
    // The session identifier, the suites and what follows state their lengths
    for (let length = 0; length < body.length; length++) {
      const cut = parseMessage({ type, body: body.subarray(0, length) }, false);
      if ('versions' in cut) expect(cut.serverName).toBeUndefined();
      else expect(cut).toEqual({ name: 'ClientHello', malformed: true });
    }
  });

  it('names the CAs that a server trusts: TLS 1.2', () => {
    // RFC 5246 §7.4.4: types, algorithms, then names, each a whole DER Name
    const body = Uint8Array.of(1, 64, 0, 2, 4, 3, 0, 8, 0, 2, 0x30, 0, 0, 2, 0x30, 0);
    expect(parseMessage({ type: CERTIFICATE_REQUEST, body }, false)).toEqual({
      name: 'CertificateRequest',
      signatureAlgorithms: ['ecdsa_secp256r1_sha256'],
      authorities: [Uint8Array.of(0x30, 0), Uint8Array.of(0x30, 0)],
    });
  });

  it('holds no more certificates than any chain has', () => {
    const count = 300_000;
    const body = new Uint8Array(3 + 3 * count);
    body.set([(3 * count) >> 16, ((3 * count) >> 8) & 0xff, (3 * count) & 0xff]);
    const read = parseMessage({ type: CERTIFICATE, body }, false);
    expect('certificates' in read && read.certificates.length).toBe(32);
  });

  it('is malformed where a certificate is cut short', () => {
    const body = Uint8Array.of(0, 0, 4, 0, 0, 9, 0x30);
    expect(parseMessage({ type: CERTIFICATE, body }, false)).toEqual({
      name: 'Certificate',
      malformed: true,
    });
  });

  it('has a number where it has no name', () => {
    expect(parseMessage({ type: 99, body: new Uint8Array(3) }, true)).toEqual({
      name: 'message 99',
    });
  });
});
