import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { aeadOf } from '../../src/probe/records-protection.ts';
import { readKeyLog } from '../../src/probe/records-secrets.ts';
import { readTranscript, type Side, type WireChunk } from '../../src/probe/records-transcript.ts';
import { trafficKeys } from '../../src/probe/tls13.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import * as rfc from './rfc8448.ts';

const SECRETS = readKeyLog(rfc.KEY_LOG);

/** RFC 8448 §3, in the order in which it is told. */
const TRACE: readonly (readonly [Side, Uint8Array])[] = [
  ['client', rfc.CLIENT_HELLO],
  ['server', rfc.SERVER_HELLO],
  ['server', rfc.SERVER_FLIGHT],
  ['client', rfc.CLIENT_FINISHED],
  ['server', rfc.TICKET],
  ['client', rfc.CLIENT_DATA],
  ['server', rfc.SERVER_DATA],
  ['client', rfc.CLIENT_ALERT],
  ['server', rfc.SERVER_ALERT],
];

const chunks = (pieces: readonly (readonly [Side, Uint8Array])[]): WireChunk[] =>
  pieces.map(([from, bytes], at) => ({ from, at, bytes }));

const names = (pieces: readonly WireChunk[]): string[] =>
  readTranscript(pieces, SECRETS).steps.map(({ from, message }) => `${from} ${message.name}`);

const TOLD = [
  'client ClientHello',
  'server ServerHello',
  'server EncryptedExtensions',
  'server Certificate',
  'server CertificateVerify',
  'server Finished',
  'client Finished',
  'server NewSessionTicket',
  'client ApplicationData',
  'server ApplicationData',
  'client Alert',
  'server Alert',
];

describe('the handshake of RFC 8448 §3', () => {
  it.each(rfc.TRAFFIC_KEYS)('expands the secret %s', (secret, key, iv) => {
    const aead = aeadOf('TLS_AES_128_GCM_SHA256');
    if (!aead) throw new Error('no AEAD');
    const keys = trafficKeys(aead, fromHex(secret) as Uint8Array);
    expect([toHex(keys.key), toHex(keys.iv)]).toEqual([key, iv]);
  });

  it('is told message by message', () => {
    expect(names(chunks(TRACE))).toEqual(TOLD);
  });

  it('says what the messages carry', () => {
    const { steps, garbled, cut } = readTranscript(chunks(TRACE), SECRETS);
    expect({ garbled, cut }).toEqual({ garbled: [], cut: false });
    const [hello, answer, , certificate, verify] = steps.map(({ message }) => message);
    expect(hello).toMatchObject({
      versions: ['TLSv1.3'],
      suites: ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_256_GCM_SHA384'],
      serverName: 'server',
    });
    expect(answer).toMatchObject({
      version: 'TLSv1.3',
      suite: 'TLS_AES_128_GCM_SHA256',
      group: 'x25519',
    });
    expect(verify).toMatchObject({ algorithm: 'rsa_pss_rsae_sha256' });
    if (!certificate || !('certificates' in certificate)) throw new Error('no certificate');
    const [leaf] = certificate.certificates.map(parseCertificate);
    // RFC 8448 §3: the certificate is for "rsa", made in July 2016
    expect(leaf?.notBefore).toEqual(new Date('2016-07-30T01:23:59Z'));
    expect(steps.at(-1)?.message).toMatchObject({ alert: 'close_notify', fatal: false });
    expect(steps.map((step) => step.protected)).toEqual(TOLD.map((_, place) => place > 1));
    expect(steps.find(({ message }) => message.name === 'Finished')?.size).toBe(36);
  });

  it('is the same in whatever pieces it arrives', () => {
    const octets = TRACE.flatMap(([from, bytes]) =>
      [...bytes].map((octet) => [from, Uint8Array.of(octet)] as const),
    );
    expect(names(chunks(octets))).toEqual(TOLD);
  });

  it('stays closed without its secrets', () => {
    const { steps } = readTranscript(chunks(TRACE), () => undefined);
    expect(steps.slice(0, 3).map(({ message }) => message)).toMatchObject([
      { name: 'ClientHello' },
      { name: 'ServerHello' },
      { name: 'Encrypted' },
    ]);
  });

  it('is not opened where a bit was changed', () => {
    const bent = new Uint8Array(rfc.SERVER_FLIGHT);
    bent[100] = (bent[100] as number) ^ 1;
    const trace = TRACE.map(
      ([from, bytes]) => [from, bytes === rfc.SERVER_FLIGHT ? bent : bytes] as const,
    );
    const { steps } = readTranscript(chunks(trace), SECRETS);
    expect(steps[2]?.message).toEqual({ name: 'Encrypted', content: 'unknown' });
  });
});

describe('bytes that are no TLS', () => {
  it('are said to be none', () => {
    const bytes = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n');
    expect(readTranscript([{ from: 'server', at: 0, bytes }], SECRETS)).toEqual({
      steps: [],
      garbled: ['server'],
      cut: false,
    });
  });

  it('never make the reader throw, and are read in bounds', () => {
    const bends = fc.record({
      piece: fc.nat(TRACE.length - 1),
      at: fc.nat(700),
      octet: fc.nat(255),
      cut: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(bends, { minLength: 1, maxLength: 6 }), (given) => {
        const pieces = TRACE.map(([from, bytes]) => ({ from, bytes: new Uint8Array(bytes) }));
        for (const { piece, at, octet, cut } of given) {
          const bent = pieces[piece];
          if (!bent) continue;
          if (cut) bent.bytes = bent.bytes.subarray(0, at % bent.bytes.length);
          else bent.bytes[at % bent.bytes.length] = octet;
        }
        const read = readTranscript(
          pieces.map(({ from, bytes }, at) => ({ from, at, bytes })),
          SECRETS,
        );
        expect(read.steps.length).toBeLessThanOrEqual(400);
      }),
      { numRuns: 500 },
    );
  });

  it('are read in bounds when nothing of them is TLS', () => {
    const chunk = fc.record({
      from: fc.constantFrom<Side>('client', 'server'),
      at: fc.nat(),
      bytes: fc.uint8Array({ maxLength: 200 }),
    });
    fc.assert(
      fc.property(fc.array(chunk), (given) => {
        readTranscript(given, SECRETS);
      }),
      { numRuns: 500 },
    );
  });

  it('are given up after so many messages', () => {
    const bytes = new Uint8Array(
      Buffer.concat(Array.from({ length: 1000 }, () => Uint8Array.of(21, 3, 3, 0, 2, 1, 0))),
    );
    const { steps, cut } = readTranscript([{ from: 'server', at: 0, bytes }], SECRETS);
    expect({ steps: steps.length, cut }).toEqual({ steps: 400, cut: true });
  });
});
