// The TLS options of both sides, put to the test: who gets through the handshake, and who does not.
import { once } from 'node:events';
import { createTestPki, zoo } from 'mtls-toolkit/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { get } from './client.js';
import { createService } from './service.js';

const pki = createTestPki();

async function start(tls) {
  const service = createService(tls);
  await once(service.listen(0, 'localhost'), 'listening');
  onTestFinished(() => {
    service.close();
    service.closeAllConnections();
  });
  return { service, url: `https://localhost:${service.address().port}/` };
}

it('a good pair talks', async () => {
  const { url } = await start(pki.server.tls);
  expect(await get(url, pki.client.tls)).toEqual({ status: 200, body: 'hello client' });
});

describe('the service turns away', () => {
  /** The reason of the service: its caller only sees a connection that breaks. */
  async function refusal(serviceTls, callerTls) {
    const { service, url } = await start(serviceTls);
    const refused = once(service, 'tlsClientError');
    await expect(get(url, callerTls)).rejects.toThrow();
    const [error, socket] = await refused;
    return socket.authorizationError ?? error.code;
  }

  it('who has no certificate', async () => {
    const nobody = { ca: pki.ca.cert };
    expect(await refusal(pki.server.tls, nobody)).toBe('ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE');
  });

  it('who comes from another CA', async () => {
    const stranger = { ...createTestPki().client.tls, ca: pki.ca.cert };
    expect(await refusal(pki.server.tls, stranger)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('whose certificate has expired', async () => {
    const { tls, peer } = zoo('expiredClient');
    expect(await refusal(peer.tls, tls)).toBe('CERT_HAS_EXPIRED');
  });
});

describe('the client turns away', () => {
  it('a server of another name', async () => {
    const { tls, peer } = zoo('wrongHost');
    const { url } = await start(tls);
    await expect(get(url, peer.tls)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('a server whose certificate has expired', async () => {
    const { tls, peer } = zoo('expired');
    const { url } = await start(tls);
    await expect(get(url, peer.tls)).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  });
});
