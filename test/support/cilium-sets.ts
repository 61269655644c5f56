// Secrets as people hand them to Cilium, right and wrong: for our own check, and for Go as Hubble,
// etcd and Cilium's chart use it.
import { stringify } from 'yaml';
import { DAY } from '../../src/base/clock.ts';
import { toBase64, toUtf8 } from '../../src/base/bytes.ts';
import { writePrivateKey } from '../../src/codec/pkcs8.ts';
import { parseIdentityName } from '../../src/name/san.ts';
import { CLIENT_AUTH, type Holder, type Shape } from './graph.ts';
import { around, certs, key } from './mesh-sets.ts';

/** The cluster that all of them are for. */
export const CLUSTER = 'prod';

type Files = Readonly<Record<string, string | Uint8Array>>;
type Secrets = Readonly<Record<string, Files>>;

export interface CiliumCase {
  readonly title: string;
  /** The Secrets as one stream. */
  readonly yaml: string;
  /** What our check says, as `severity code`. */
  readonly says: readonly string[];
  /** Whether all that stand in it shake hands. */
  readonly works: boolean;
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CA_USES = { kind: 'basicConstraints', ca: true } as const;
const purposes = (...oids: readonly string[]) =>
  ({ extendedKeyUsage: { kind: 'extendedKeyUsage', purposes: oids } }) as const;

function streamOf(secrets: Secrets): string {
  return Object.entries(secrets)
    .map(([name, files]) => {
      const data = Object.fromEntries(
        Object.entries(files).map(([file, text]) => [
          file,
          toBase64(typeof text === 'string' ? toUtf8(text) : text),
        ]),
      );
      const metadata = { name, namespace: 'kube-system' };
      return stringify({ apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data });
    })
    .join('---\n');
}

type Row = readonly [title: string, secrets: Secrets, works: boolean, ...says: readonly string[]];
const casesOf = (rows: readonly Row[]) =>
  rows.map(([title, secrets, works, ...says]) => ({
    title,
    yaml: streamOf(secrets),
    works,
    says,
  }));

/** Secrets of Hubble and of clustermesh-apiserver. */
export async function ciliumSets(at: Date): Promise<readonly CiliumCase[]> {
  const make = around(at);
  const root = await make.ca({ subject: 'CN=root' });
  const other = await make.ca({ subject: 'CN=other root' });
  const middle = await make.ca({ subject: 'CN=middle', by: root });
  const names = (...texts: readonly string[]) => ({ names: texts.map(parseIdentityName) });
  const past = {
    notBefore: new Date(at.getTime() - 10 * DAY),
    notAfter: new Date(at.getTime() - DAY),
  };
  const soon = { ...past, notAfter: new Date(at.getTime() + 20 * DAY) };
  const SERVER = names(`*.${CLUSTER}.hubble-grpc.cilium.io`);
  const RELAY = names('*.hubble-relay.cilium.io');
  const server = (shape: Shape & Partial<typeof SERVER> = {}) =>
    make.leaf({ subject: 'CN=hubble', by: root, ...SERVER, ...shape });
  const relay = (shape: Shape & Partial<typeof SERVER> = {}) =>
    make.leaf({ subject: 'CN=relay', by: root, ...RELAY, ...shape });
  const files = (
    leaf: Holder,
    trusted: readonly Holder[] = [root],
    above: readonly Holder[] = [],
  ) => ({ 'tls.crt': certs(leaf, ...above), 'tls.key': key(leaf), 'ca.crt': certs(...trusted) });
  const [one, two] = [await server(), await relay()];
  const hubble = (serving: Files = files(one), calling: Files = files(two)): Secrets => ({
    'hubble-server-certs': serving,
    'hubble-relay-client-certs': calling,
  });
  const below = { by: middle };
  const bound = await make.ca({ subject: 'CN=bound', extensions: purposes(CLIENT_AUTH) });
  const caLeaf = await server({ extensions: { basicConstraints: CA_USES } });
  const host = 'clustermesh-apiserver.kube-system.svc';
  const etcd = await make.leaf({
    subject: `CN=${host}`,
    by: root,
    ...names(host, '*.mesh.cilium.io', '127.0.0.1'),
  });
  const user = async (name: string) =>
    files(await make.leaf({ subject: `CN=${name}`, by: root, ...names(name) }));
  const mesh: Secrets = {
    'clustermesh-apiserver-server-cert': files(etcd),
    'clustermesh-apiserver-admin-cert': await user(`admin-${CLUSTER}`),
    'clustermesh-apiserver-remote-cert': await user('remote'),
    'clustermesh-apiserver-local-cert': await user(`local-${CLUSTER}`),
  };
  const mine = files(one);
  const rootless = { 'tls.crt': mine['tls.crt'], 'tls.key': mine['tls.key'] };
  const deep = hubble(
    files(await server(below), [root], [middle]),
    files(await relay(below), [root], [middle]),
  );
  const parts = await make.leaf({ subject: 'CN=x', by: root, ...names('ui.hubble-ui.cilium.io') });
  return casesOf([
    ['certificates of one root', hubble(), true],
    ['certificates below a CA, which is sent along', deep, true],
    [
      'both roots, while one takes over from the other',
      hubble(files(await server({ by: other }), [root, other]), files(two, [other, root])),
      true,
    ],
    [
      'trust in the CA between, which nobody sends',
      hubble(files(await server(below), [middle]), files(await relay(below), [middle])),
      true,
    ],
    [
      'a Relay that speaks TLS, and the UI',
      {
        ...hubble(),
        'hubble-relay-server-certs': files(await relay({ extensions: purposes(SERVER_AUTH) })),
        'hubble-ui-client-certs': files(parts),
      },
      true,
    ],
    ['the mesh of clusters', mesh, true],
    [
      'a server of another cluster',
      hubble(files(await server(names('*.east.hubble-grpc.cilium.io')))),
      false,
      'error HOST_MISMATCH',
    ],
    [
      'a server that is named without its cluster',
      hubble(files(await server(names('*.hubble-grpc.cilium.io')))),
      false,
      'error HOST_MISMATCH',
    ],
    [
      'a server with a common name and no other',
      hubble(
        files(
          await server({
            subject: `CN=*.${CLUSTER}.hubble-grpc.cilium.io`,
            extensions: { subjectAltName: null },
          }),
        ),
      ),
      false,
      'error NO_NAMES',
    ],
    [
      'a Relay whose certificate is for servers',
      hubble(mine, files(await relay({ extensions: purposes(SERVER_AUTH) }))),
      false,
      'error EXTENDED_KEY_USAGE',
    ],
    [
      'a server whose certificate is for clients',
      hubble(files(await server({ extensions: purposes(CLIENT_AUTH) }))),
      false,
      'error EXTENDED_KEY_USAGE',
    ],
    [
      'a CA between that nobody sends',
      hubble(files(await server(below)), files(await relay(below))),
      false,
      'error ISSUER_NOT_FOUND',
      'error ISSUER_NOT_FOUND',
    ],
    [
      'a Relay of another root',
      hubble(mine, files(await relay({ by: other }))),
      false,
      'error ISSUER_NOT_FOUND',
    ],
    [
      'a Relay that trusts another root',
      hubble(mine, files(two, [other])),
      false,
      'error ISSUER_NOT_FOUND',
    ],
    [
      'a root whose purposes are those of clients',
      hubble(
        files(await server({ by: bound }), [bound]),
        files(await relay({ by: bound }), [bound]),
      ),
      false,
      'error EXTENDED_KEY_USAGE',
    ],
    ['a key of another', hubble({ ...mine, 'tls.key': key(two) }), false, 'error KEY_MISMATCH'],
    ['a server that has ended', hubble(files(await server(past))), false, 'error EXPIRED'],
    ['a server that ends soon', hubble(files(await server(soon))), true, 'warning EXPIRES_SOON'],
    [
      'keys as kubectl names them after files',
      hubble({
        'hubble-server.crt': mine['tls.crt'],
        'hubble-server.key': mine['tls.key'],
        'ca.crt': mine['ca.crt'],
      }),
      false,
      'error MESH_FILE_MISSING',
      'error MESH_FILE_MISSING',
    ],
    ['nobody to trust', hubble(rootless), false, 'error MESH_FILE_MISSING'],
    ['a root in DER', hubble({ ...mine, 'ca.crt': root.certificate.der }), false, 'error PEM_FORM'],
    [
      'an encrypted key',
      hubble({ ...mine, 'tls.key': writePrivateKey(one.key, 'secret') }),
      false,
      'error KEY_ENCRYPTED',
    ],
    ['the key of a CA', hubble(files(caLeaf)), true, 'error CA_KEY_IN_SECRET'],
    [
      'a user that etcd does not know',
      { ...mesh, 'clustermesh-apiserver-local-cert': await user('local-east') },
      false,
      'error HOST_MISMATCH',
    ],
  ]);
}

/** Secrets cilium-ca: whether the chart issues with them what Hubble believes. */
export async function ciliumCaSets(at: Date): Promise<readonly CiliumCase[]> {
  const make = around(at);
  const years = 900;
  const root = await make.ca({ subject: 'CN=root' }, years);
  const signing = async (shape: Shape = {}, days = years) =>
    make.ca({ subject: 'CN=cilium', by: root, ...shape }, days);
  const usual = await signing();
  const middle = await make.ca({ subject: 'CN=middle', by: root }, years);
  const end = await make.leaf({ by: root, notAfter: root.certificate.notAfter });
  const past = {
    notBefore: new Date(at.getTime() - 10 * DAY),
    notAfter: new Date(at.getTime() - DAY),
  };
  const of = (chain: readonly Holder[], holder: Holder | undefined = chain[0]): Secrets => ({
    'cilium-ca': { 'ca.crt': certs(...chain), ...(holder && { 'ca.key': key(holder) }) },
  });
  return casesOf([
    ['the CA, then its root', of([usual, root]), true],
    ['a CA below a CA', of([await signing({ by: middle }), middle, root]), true],
    ['the root first', of([root, usual], usual), false, 'error CHAIN_ORDER'],
    ['a key of another', of([usual, root], middle), false, 'error KEY_MISMATCH'],
    ['the CA without its root', of([usual]), true, 'warning TRUST_WITHOUT_ROOT'],
    ['the key of the root itself', of([root]), true, 'warning CA_KEY_IN_SECRET'],
    ['a leaf', of([end, root]), false, 'error NOT_A_CA'],
    ['a CA that has ended', of([await signing(past), root]), false, 'error EXPIRED'],
    [
      'a CA that ends before what it issues',
      of([await signing({}, 300), root]),
      true,
      'warning EXPIRES_SOON',
    ],
    [
      'a CA for servers',
      of([await signing({ extensions: purposes(SERVER_AUTH) }), root]),
      false,
      'error CA_PURPOSES',
    ],
    [
      'a CA for clients',
      of([await signing({ extensions: purposes(CLIENT_AUTH) }), root]),
      false,
      'error CA_PURPOSES',
    ],
    [
      'an encrypted key',
      {
        'cilium-ca': {
          'ca.crt': certs(usual, root),
          'ca.key': writePrivateKey(usual.key, 'secret'),
        },
      },
      false,
      'error KEY_ENCRYPTED',
    ],
    ['no key', { 'cilium-ca': { 'ca.crt': certs(usual, root) } }, false, 'error MESH_FILE_MISSING'],
  ]);
}
