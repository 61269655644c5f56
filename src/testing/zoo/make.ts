// A specimen made: a chain drawn healthy, spoilt, written as PEM, and a healthy other side.
import { wholeSeconds } from '../../base/clock.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import {
  identityOf,
  type TestIdentity,
  type TestServerTlsOptions,
  type TestTlsOptions,
} from '../pki.ts';
import type { KeySource } from '../source.ts';
import { caDraft, healthyChain, leafDraft, Maker } from './draft.ts';
import type { Specimen } from './specimen.ts';

/** What a TLS peer takes that also looks at CRLs. */
export interface ZooTlsOptions extends TestTlsOptions {
  /** One each: Node before 26 reads no more than the first of a file. */
  readonly crl?: string[];
}

/** The healthy other side of a handshake. */
export interface ZooPeer extends TestIdentity {
  /** Trusts the case's `ca`. */
  readonly tls: ZooTlsOptions;
  /** Trusts the case's `ca`, and demands a certificate. */
  readonly serverTls: TestServerTlsOptions & ZooTlsOptions;
}

/** A bad certificate, made. */
export interface MadeCase {
  /** PEM as it is presented: the certificate, then what is sent along. */
  readonly cert: string;
  /** PKCS#8, unencrypted. */
  readonly key: string;
  /** Whom the other side trusts. */
  readonly ca: string;
  /** What the other side knows of revocation; it asks for none where absent. */
  readonly crl?: string;
  /** The moment it is made for. */
  readonly at: Date;
  /** For who presents it as a client; trusts its peer. */
  readonly tls: TestTlsOptions;
  /** For who presents it as a server. */
  readonly serverTls: TestServerTlsOptions;
  readonly peer: ZooPeer;
}

/** The same source, moment and specimen give the same case. */
export function makeCase(
  source: KeySource,
  now: Date,
  specimen: Specimen,
  cured: boolean,
): MadeCase {
  const at = wholeSeconds(now);
  const chain = healthyChain(source, at, specimen.side);
  const peerRoot = caDraft(chain, 'CN=zoo peer root');
  const peerLeaf = leafDraft(chain, specimen.side === 'server' ? 'client' : 'server', peerRoot);
  specimen.prepare?.(chain);
  if (!cured) specimen.spoil(chain);

  const maker = new Maker(source);
  const sent = maker.pem(chain.sent);
  const cert = chain.bendPem?.(sent) ?? sent;
  const key = writePrivateKey(chain.key);
  const ca = maker.pem(chain.trusted);
  const crls = chain.crls.map((draft, index) => maker.crl(draft, index + 1));
  const hasCrls = crls.length > 0;

  const peerCa = maker.make(peerRoot).pem;
  const { tls, serverTls } = identityOf(cert, key, peerCa);
  const { pem, keyPem } = maker.make(peerLeaf);
  const asks = { ca, ...(hasCrls && { crl: crls }) };
  const peer = identityOf(pem, keyPem, peerCa);
  return {
    cert,
    key,
    ca,
    ...(hasCrls && { crl: crls.join('') }),
    at,
    tls,
    serverTls,
    peer: { ...peer, tls: { ...peer.tls, ...asks }, serverTls: { ...peer.serverTls, ...asks } },
  };
}
