// What is only seen by the record of a connection: clocks, answers, and what the wire does not say.
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/base/clock.ts';
import { readBundle } from '../../src/codec/bundle.ts';
import type { HandshakeQuestion } from '../../src/diagnose/handshake-question.ts';
import { judgeHandshake, judgeKey } from '../../src/diagnose/handshake-verdict.ts';
import type { ConnectEnd, ConnectRecord } from '../../src/probe/connect-types.ts';
import type { Side, Step, StepMessage } from '../../src/probe/records-transcript.ts';
import { createTestPki, type TestIdentity } from '../../src/testing/pki.ts';
import { anchorOf } from '../../src/verify/types.ts';
import type { Certificate } from '../../src/x509/certificate.ts';

const NOW = new Date('2026-06-01T12:00:00Z');
const pki = createTestPki({ now: NOW, intermediate: true });

const certificatesIn = (pem: string): readonly Certificate[] =>
  pem === '' ? [] : readBundle(Buffer.from(pem)).certificates;

const shown = (pem: string): StepMessage => ({
  name: 'Certificate',
  certificates: certificatesIn(pem).map(({ der }) => der),
});

const step = (from: Side, message: StepMessage, at: number): Step => ({
  from,
  at,
  protected: true,
  size: 1,
  message,
});

interface Scene {
  readonly server?: string;
  /** What the client sent, where it was asked. */
  readonly client?: string | undefined;
  readonly authorities?: readonly Uint8Array[];
  readonly after?: readonly (readonly [Side, StepMessage])[];
  readonly end?: ConnectEnd;
  readonly answer?: Partial<NonNullable<ConnectRecord['answer']>>;
}

function record(scene: Scene): ConnectRecord {
  const { server = pki.server.cert, client, authorities = [], after = [] } = scene;
  const asked: (readonly [Side, StepMessage])[] =
    client === undefined
      ? []
      : [['server', { name: 'CertificateRequest', authorities, signatureAlgorithms: [] }]];
  const answered: (readonly [Side, StepMessage])[] =
    client === undefined ? [] : [['client', shown(client)]];
  const messages: readonly (readonly [Side, StepMessage])[] = [
    ...asked,
    ['server', shown(server)],
    ...answered,
    ['client', { name: 'Finished' }],
    ...after,
  ];
  return {
    host: 'localhost',
    port: 8443,
    serverName: 'localhost',
    startTls: undefined,
    phase: 'open',
    end: scene.end ?? { kind: 'done' },
    transcript: {
      steps: messages.map(([from, message], at) => step(from, message, at)),
      garbled: [],
      cut: false,
    },
    firstBytes: Uint8Array.of(22, 3, 3),
    established: true,
    asked: scene.answer !== undefined,
    answer: scene.answer && {
      status: 200,
      date: undefined,
      server: undefined,
      body: '',
      ...scene.answer,
    },
    establishedAt: 1,
    endedAt: 2,
  };
}

const question = (more: Partial<HandshakeQuestion> = {}): HandshakeQuestion => ({
  target: 'localhost:8443',
  at: NOW,
  anchors: certificatesIn(pki.ca.cert).map(anchorOf),
  trustedAs: 'ca.crt',
  besideAnchors: [],
  known: [],
  identity: { kind: 'dns', value: 'localhost' },
  client: undefined,
  ...more,
});

const as = (identity: TestIdentity): Partial<HandshakeQuestion> => ({
  client: {
    certificates: certificatesIn(identity.cert),
    source: 'client.crt',
    keySource: 'client.key',
  },
});

const summary = (scene: Scene, more: Partial<HandshakeQuestion> = {}) =>
  judgeHandshake(record(scene), question(more)).map(
    ({ code, severity, subject }) => `${severity} ${code} ${subject}`,
  );

const SERVER = 'localhost:8443';

describe('the clock', () => {
  const late = { at: new Date(NOW.getTime() + 2 * DAY) };

  it('is to blame when the server is expired by ours alone', () => {
    const [clock, ...more] = judgeHandshake(record({ answer: { date: NOW } }), question(late));
    expect(clock).toMatchObject({
      code: 'CLOCK_AHEAD',
      severity: 'error',
      consequences: [{ code: 'EXPIRED' }],
    });
    expect(clock?.cause).toContain('2 days ahead');
    expect(more.map(({ code }) => code)).toEqual(['CLIENT_CERT_NOT_REQUESTED']);
  });

  it('is not when the server is expired by its own clock too', () => {
    const date = new Date(NOW.getTime() + 2 * DAY);
    expect(summary({ answer: { date } }, late)).toEqual([
      `error EXPIRED ${SERVER}`,
      `info CLIENT_CERT_NOT_REQUESTED ${SERVER}`,
    ]);
  });

  it('is told of when it is behind and nothing depends on it', () => {
    const date = new Date(NOW.getTime() + HOUR);
    expect(summary({ answer: { date } })).toContain(`warning CLOCK_BEHIND ${SERVER}`);
  });
});

describe('a server’s chain', () => {
  const [leaf = '', intermediate = ''] = pki.server.cert.split(/(?<=-----END CERTIFICATE-----\n)/);

  it('is known to lack what our own files hold', () => {
    expect(summary({ server: leaf }, { known: certificatesIn(intermediate) })[0]).toBe(
      `error INTERMEDIATE_MISSING ${SERVER}`,
    );
  });

  it('works, and not for others, when the file of roots holds the intermediate', () => {
    expect(summary({ server: leaf }, { besideAnchors: certificatesIn(intermediate) })[0]).toBe(
      `warning INTERMEDIATE_MISSING ${SERVER}`,
    );
  });

  it('is that of a CA nobody trusts', () => {
    const other = createTestPki({ now: NOW, ca: { subject: 'CN=other root' } });
    expect(summary({ server: other.server.cert })[0]).toBe(`error ISSUER_NOT_FOUND ${SERVER}`);
    expect(summary({ server: other.server.cert + other.ca.cert })[0]).toBe(
      `error UNTRUSTED_ROOT ${SERVER}`,
    );
  });

  it('is that of a CA of the same name', () => {
    const other = createTestPki({ now: NOW });
    const [first] = summary({ server: other.server.cert });
    expect(first).toMatch(/^error (BAD_SIGNATURE|ISSUER_NOT_FOUND)/);
  });

  it('may carry a root that is not needed', () => {
    expect(summary({ server: pki.server.cert + pki.ca.cert })).toEqual([
      `info ROOT_IN_CHAIN ${SERVER}`,
      `info CLIENT_CERT_NOT_REQUESTED ${SERVER}`,
    ]);
  });
});

describe('a client’s certificate', () => {
  const ours = { client: pki.client.cert };
  const named = (pem: string) => certificatesIn(pem).map(({ subjectDer }) => subjectDer);

  it('is right when the server names a CA above it', () => {
    expect(summary({ ...ours, authorities: named(pki.ca.cert) }, as(pki.client))).toEqual([]);
  });

  it('is right when the server names no CA', () => {
    expect(summary(ours, as(pki.client))).toEqual([]);
  });

  it('is wrong when the server names others, and only odd when the application answers', () => {
    const other = createTestPki({ now: NOW, ca: { subject: 'CN=other root' } });
    const scene = { ...ours, authorities: named(other.ca.cert) };
    expect(summary(scene, as(pki.client))).toEqual(['error CLIENT_CERT_UNTRUSTED client.crt']);
    expect(summary({ ...scene, answer: { status: 404 } }, as(pki.client))).toEqual([
      'warning CLIENT_CERT_UNTRUSTED client.crt',
    ]);
  });

  it('lacks the intermediate that our file of roots holds', () => {
    const [leaf = '', intermediate = ''] = pki.client.cert.split(
      /(?<=-----END CERTIFICATE-----\n)/,
    );
    const alone = { ...pki.client, cert: leaf };
    const scene = { client: leaf, authorities: named(pki.ca.cert) };
    expect(summary(scene, { ...as(alone), besideAnchors: certificatesIn(intermediate) })).toContain(
      'error INTERMEDIATE_MISSING client.crt',
    );
  });

  it('is refused, and the alert stands under what is wrong with it', () => {
    const wrong = pki.issue({ names: 'client', profile: 'server' });
    const after = [
      ['server', { name: 'Alert', fatal: true, alert: 'unsupported_certificate' }],
    ] as const;
    const [first, ...more] = judgeHandshake(
      record({ client: wrong.cert, after }),
      question(as(wrong)),
    );
    expect(first).toMatchObject({
      code: 'EXTENDED_KEY_USAGE',
      subject: 'client.crt',
      consequences: [{ code: 'CLIENT_CERT_REFUSED' }],
    });
    expect(more).toEqual([]);
  });

  it.each([
    ['unknown_ca', 'CLIENT_CERT_UNTRUSTED'],
    ['access_denied', 'CLIENT_ACCESS_DENIED'],
    ['certificate_revoked', 'CLIENT_CERT_REFUSED'],
    ['certificate_unknown', 'CLIENT_CERT_REFUSED'],
  ])('is refused with %s, and nothing is wrong with it that we know', (alert, code) => {
    const after = [['server', { name: 'Alert', fatal: true, alert }]] as const;
    expect(summary({ ...ours, after }, as(pki.client))).toEqual([`error ${code} client.crt`]);
  });

  it('is refused by a connection that ends without a word', () => {
    const end = { kind: 'closed', reset: true } as const;
    expect(summary({ ...ours, end }, as(pki.client))).toEqual([
      'error CLIENT_CERT_REFUSED client.crt',
    ]);
  });

  it('is taken by a server that says goodbye', () => {
    const end = { kind: 'closed', reset: false } as const;
    const after = [['server', { name: 'Alert', fatal: false, alert: 'close_notify' }]] as const;
    expect(summary({ ...ours, after, end }, as(pki.client))).toEqual([]);
  });

  it('is refused by the application', () => {
    expect(summary({ ...ours, answer: { status: 403 } }, as(pki.client))).toEqual([
      'error CLIENT_ACCESS_DENIED client.crt',
    ]);
  });

  it('is asked for and not needed', () => {
    expect(summary({ client: '', answer: { status: 200 } })).toEqual([
      `info CLIENT_CERT_MISSING ${SERVER}`,
    ]);
  });
});

describe('a certificate and its key', () => {
  const client = (pem: string) => ({
    certificates: certificatesIn(pem),
    source: 'client.crt',
    keySource: 'client.key',
  });
  const keyOf = (pem: string) => (certificatesIn(pem)[0] as Certificate).publicKey;

  it('belong together, or do not', () => {
    expect(judgeKey(client(pki.client.cert), keyOf(pki.client.cert))).toBeUndefined();
    expect(judgeKey(client(pki.client.cert), keyOf(pki.server.cert))).toMatchObject({
      code: 'KEY_MISMATCH',
      subject: 'client.key',
    });
  });

  it('stand in the wrong order', () => {
    const turned = pki.ca.cert + pki.client.cert;
    expect(judgeKey(client(turned), keyOf(pki.client.cert))).toMatchObject({
      code: 'CHAIN_ORDER',
      subject: 'client.crt',
    });
  });
});
