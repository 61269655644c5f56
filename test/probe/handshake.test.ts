import { checkServerIdentity } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { proveMutualHandshake, type Endpoint } from '../../src/probe/handshake.ts';
import { DAY } from '../../src/base/clock.ts';
import { makeLeaf, makeRoot, type Pair } from '../support/pki.ts';

const endpoint = ({ pem, keyPem }: Pair, root: Pair): Endpoint => ({
  certificate: pem,
  key: keyPem,
  roots: root.pem,
});

async function parties(clientProfile: 'client' | 'server' = 'client') {
  const root = await makeRoot();
  const server = await makeLeaf(root, ['localhost', '127.0.0.1', '::1']);
  const client = await makeLeaf(root, ['client'], { profile: clientProfile });
  return { root, server, client };
}

const nodeKnowsIpv6 =
  checkServerIdentity('::1', {
    subject: {},
    subjectaltname: 'IP Address:0:0:0:0:0:0:0:1',
  } as never) === undefined;

describe('proveMutualHandshake, judged by Node’s TLS', () => {
  it('shows what each end saw of the other', async () => {
    const { root, server, client } = await parties();
    const proof = await proveMutualHandshake(
      endpoint(server, root),
      endpoint(client, root),
      'localhost',
    );
    expect(proof.protocol).toBe('TLSv1.3');
    expect(Buffer.from(proof.serverLeaf)).toEqual(Buffer.from(server.certificate.der));
    expect(Buffer.from(proof.clientLeaf)).toEqual(Buffer.from(client.certificate.der));
    expect(proof.anonymousRefusal).toBe('peer did not return a certificate');
  });

  // Node 22.23's own checkServerIdentity takes no IPv6 address for what it is
  const addresses = nodeKnowsIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
  it.each(addresses)('checks an address as a name: %s', async (host) => {
    const { root, server, client } = await parties();
    await expect(
      proveMutualHandshake(endpoint(server, root), endpoint(client, root), host),
    ).resolves.toMatchObject({ host });
  });

  it('fails for a host that the server is not', async () => {
    const { root, server, client } = await parties();
    await expect(
      proveMutualHandshake(endpoint(server, root), endpoint(client, root), 'other.test'),
    ).rejects.toMatchObject({
      code: 'HANDSHAKE_FAILED',
      message: expect.stringMatching(/the client says: .*altnames/) as string,
    });
  });

  it('fails for a client of another CA, with the server’s reason', async () => {
    const { root, server } = await parties();
    const stranger = await makeRoot('CN=stranger');
    const client = await makeLeaf(stranger, ['client'], { profile: 'client' });
    await expect(
      proveMutualHandshake(endpoint(server, root), { ...endpoint(client, root) }, 'localhost'),
    ).rejects.toMatchObject({
      code: 'HANDSHAKE_FAILED',
      message: expect.stringMatching(/the server says/) as string,
    });
  });

  it('fails for a client whose certificate serves only', async () => {
    const { root, server, client } = await parties('server');
    await expect(
      proveMutualHandshake(endpoint(server, root), endpoint(client, root), 'localhost'),
    ).rejects.toMatchObject({ code: 'HANDSHAKE_FAILED' });
  });

  it('fails for an expired server', async () => {
    const past = new Date(Date.now() - 10 * DAY);
    const root = await makeRoot('CN=test root', past);
    const server = await makeLeaf(root, ['localhost'], { ttl: DAY, now: past });
    const client = await makeLeaf(root, ['client'], { profile: 'client' });
    await expect(
      proveMutualHandshake(endpoint(server, root), endpoint(client, root), 'localhost'),
    ).rejects.toMatchObject({ message: expect.stringMatching(/expired/) as string });
  });
});
