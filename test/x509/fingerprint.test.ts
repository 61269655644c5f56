import { describe, expect, test } from 'vitest';
import { toColonHex } from '../../src/base/bytes.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { fingerprint, spkiFingerprint, spkiPin } from '../../src/x509/fingerprint.ts';
import { hasOpenssl, openssl } from '../support/openssl.ts';
import { derOf, folder } from './support.ts';

describe.skipIf(!hasOpenssl)('fingerprints are those of openssl', () => {
  test('of the certificate and of its key', () => {
    const cwd = folder();
    openssl(
      [
        'req',
        '-x509',
        '-newkey',
        'ed25519',
        '-nodes',
        '-keyout',
        'k.pem',
        '-subj',
        '/CN=a',
        '-out',
        'c.pem',
      ],
      { cwd },
    );
    const read = parseCertificate(derOf(openssl(['x509', '-in', 'c.pem'], { cwd }).toString()));
    const shown = (hash: string) =>
      openssl(['x509', '-in', 'c.pem', '-noout', '-fingerprint', hash], { cwd })
        .toString()
        .split('=')[1]
        ?.trim();
    expect(toColonHex(fingerprint(read))).toBe(shown('-sha256'));
    expect(toColonHex(fingerprint(read, 'sha1'))).toBe(shown('-sha1'));
    const spki = openssl(['pkey', '-in', 'k.pem', '-pubout', '-outform', 'DER'], { cwd });
    const hash = openssl(['dgst', '-sha256', '-binary'], { input: spki });
    expect(Buffer.from(spkiFingerprint(read.publicKey))).toEqual(hash);
    expect(spkiPin(read.publicKey)).toBe(`sha256//${hash.toString('base64')}`);
  });
});
