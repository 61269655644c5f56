// Broken set-ups: how each is made, and what its cause is.
import { base64, secret, type Kit } from './kit.ts';
import { DAY } from './shape.ts';
import { openssl } from '../../support/openssl.ts';

export interface Broken {
  readonly name: string;
  readonly make: (kit: Kit) => void;
  readonly code: string;
  /** The first finding's; below the folder of the set-up. */
  readonly subject: string;
  readonly severity?: 'error' | 'warning';
  readonly args?: readonly string[];
  readonly sources?: readonly string[];
  /** Who makes it, where it matters. */
  readonly by?: 'ours' | 'openssl' | 'go';
  /** What may be told besides. */
  readonly also?: readonly string[];
  /** keytool mends it. */
  readonly java?: true;
  /** Mended by what no test may do, such as setting the clock. */
  readonly unproven?: true;
}

const HOST = ['--host', 'api.example.test'];

/** Times. */
const TIMES: readonly Broken[] = [
  {
    name: 'an expired leaf under a CA of the home',
    make: (kit) => {
      const set = kit.set({ server: { from: -90, to: -2 } });
      kit.home(set.root);
      kit.putSet(set);
    },
    code: 'EXPIRED',
    subject: 'certs/server.crt',
  },
  {
    name: 'an expired leaf, the CA’s key in the folder',
    make: (kit) => {
      const set = kit.set({ client: { from: -90, to: -2 } });
      kit.putSet(set);
      kit.put('certs/ca.key', set.root.key);
    },
    code: 'EXPIRED',
    subject: 'certs/client.crt',
  },
  {
    name: 'an expired leaf, and nobody who could sign',
    make: (kit) => {
      kit.putSet(kit.set({ server: { from: -90, to: -2 } }));
    },
    code: 'EXPIRED',
    subject: 'certs/server.crt',
  },
  {
    name: 'an expired intermediate, its root in the home',
    make: (kit) => {
      const set = kit.set({
        inter: { from: -90, to: -2 },
        server: { by: 'inter' },
        client: { by: 'inter' },
      });
      kit.home(set.root);
      kit.putSet(set);
    },
    code: 'EXPIRED',
    subject: 'certs/client.crt',
    also: ['certs/server.crt'],
  },
  {
    name: 'an expired intermediate in a file of its own',
    make: (kit) => {
      const set = kit.set({ inter: { from: -90, to: -2 }, server: { by: 'inter' } });
      kit.home(set.root);
      kit.putSet({ ...set, inter: undefined } as never);
      kit.put('certs/intermediate.crt', (set as never as { inter: { cert: string } }).inter.cert);
    },
    code: 'EXPIRED',
    subject: 'certs/intermediate.crt',
    also: ['certs/server.crt'],
  },
  {
    name: 'an expired root',
    make: (kit) => {
      kit.putSet(kit.set({ root: { from: -900, to: -2 } }));
    },
    code: 'EXPIRED',
    subject: 'certs/ca.crt',
  },
  {
    name: 'a leaf that is not valid yet',
    make: (kit) => {
      const set = kit.set({ server: { from: 30 } });
      kit.home(set.root);
      kit.putSet(set);
    },
    code: 'NOT_YET_VALID',
    subject: 'certs/server.crt',
  },
  {
    name: 'a clock that is behind',
    make: (kit) => {
      kit.putSet(kit.set({ server: { from: 2 }, client: { from: 2 } }));
      for (const file of ['server.crt', 'client.crt', 'server.key'])
        kit.touch(`certs/${file}`, new Date(Date.now() + 2.1 * DAY));
    },
    code: 'CLOCK_BEHIND',
    subject: 'certs/client.crt',
    also: ['certs/server.crt', 'certs/server.key'],
    unproven: true,
  },
  {
    name: 'a leaf that ends in three days',
    make: (kit) => {
      const set = kit.set({ server: { from: -87, to: 3 } });
      kit.home(set.root);
      kit.putSet(set);
    },
    code: 'EXPIRES_SOON',
    subject: 'certs/server.crt',
    severity: 'warning',
  },
];

/** Names. */
const NAMES: readonly Broken[] = [
  {
    name: 'another host than is called',
    make: (kit) => {
      const set = kit.set({ server: { cn: 'old.example.test', dns: ['old.example.test'] } });
      kit.home(set.root);
      kit.putSet(set);
    },
    args: HOST,
    code: 'HOST_MISMATCH',
    subject: 'certs/server.crt',
  },
  {
    name: 'a host in the common name alone',
    make: (kit) => {
      const set = kit.set({ server: { dns: [] } });
      kit.putSet(set);
      kit.put('certs/ca.key', set.root.key);
    },
    args: HOST,
    code: 'NO_NAMES',
    subject: 'certs/server.crt',
  },
  {
    name: 'the tutorial’s version 1 certificate',
    by: 'openssl',
    make: (kit) => {
      const set = kit.set({ server: { bare: true }, client: { bare: true } });
      kit.home(set.root);
      kit.putSet(set);
    },
    code: 'NO_NAMES',
    subject: 'certs/server.crt',
  },
  {
    name: 'a wildcard that does not reach so deep',
    make: (kit) => {
      const set = kit.set({ server: { cn: 'wild', dns: ['*.example.test'] } });
      kit.home(set.root);
      kit.putSet(set);
    },
    args: ['--host', 'a.b.example.test'],
    code: 'HOST_MISMATCH',
    subject: 'certs/server.crt',
  },
  {
    name: 'an address that is written as a DNS name',
    by: 'ours',
    make: (kit) => {
      const set = kit.set({ server: { cn: 'node', dns: ['10.0.0.7'] } });
      kit.home(set.root);
      kit.putSet(set);
    },
    args: ['--host', '10.0.0.7'],
    code: 'HOST_MISMATCH',
    subject: 'certs/server.crt',
  },
  {
    name: 'a name that the CA may not vouch for',
    make: (kit) => {
      const set = kit.set({
        root: { permit: ['lab.test'] },
        client: { cn: 'c.lab.test', dns: ['c.lab.test'] },
      });
      kit.putSet(set);
    },
    code: 'NAME_CONSTRAINT',
    subject: 'certs/server.crt',
  },
  {
    name: 'two SPIFFE IDs in one certificate',
    make: (kit) => {
      const set = kit.set({
        server: {
          cn: 'workload',
          dns: [],
          uri: ['spiffe://example.test/ns/a/sa/b', 'spiffe://example.test/ns/c/sa/d'],
          eku: ['serverAuth', 'clientAuth'],
        },
      });
      kit.home(set.root);
      kit.putSet(set, ['client.crt', 'client.key']);
    },
    code: 'SPIFFE_MANY_URIS',
    subject: 'certs/server.crt',
  },
  {
    name: 'the SPIFFE ID of another trust domain',
    make: (kit) => {
      const set = kit.set({
        server: {
          cn: 'workload',
          dns: [],
          uri: ['spiffe://wrong.test/ns/a/sa/b'],
          eku: ['serverAuth', 'clientAuth'],
        },
      });
      kit.home(set.root);
      kit.putSet(set, ['client.crt', 'client.key']);
    },
    args: ['--trust-domain', 'example.test'],
    code: 'SPIFFE_MISMATCH',
    subject: 'certs/server.crt',
  },
  {
    name: 'a SPIFFE ID outside of its CA’s trust domain',
    make: (kit) => {
      const set = kit.set({
        root: { uri: ['spiffe://example.test'] },
        server: {
          cn: 'workload',
          dns: [],
          uri: ['spiffe://other.test/ns/a/sa/b'],
          eku: ['serverAuth', 'clientAuth'],
        },
      });
      kit.putSet(set, ['client.crt', 'client.key']);
    },
    code: 'SPIFFE_MISMATCH',
    subject: 'certs/server.crt',
  },
];

/** Chains and trust. */
const CHAINS: readonly Broken[] = [
  {
    name: 'an intermediate that is missing from the chain, and lies beside it',
    make: (kit) => {
      const set = kit.set({ inter: {}, server: { by: 'inter' } });
      const { inter } = set as never as { inter: { cert: string } };
      kit.putSet({ ...set, inter: undefined } as never);
      kit.put('pki/issuing.pem', inter.cert);
    },
    sources: ['certs', 'pki'],
    code: 'INTERMEDIATE_MISSING',
    subject: 'certs/server.crt',
  },
  {
    name: 'an intermediate that is nowhere',
    make: (kit) => {
      const set = kit.set({ inter: {}, server: { by: 'inter' }, client: { by: 'inter' } });
      kit.putSet({ ...set, inter: undefined } as never);
    },
    code: 'ISSUER_NOT_FOUND',
    subject: 'certs/client.crt',
    also: ['certs/server.crt'],
  },
  {
    name: 'an intermediate that only the home has',
    make: (kit) => {
      const set = kit.set({ inter: {}, server: { by: 'inter' } });
      const { inter } = set as never as { inter: { cert: string; key: string } };
      kit.home(inter, 'issuing', set.root);
      kit.putSet({ ...set, inter: undefined } as never);
    },
    code: 'INTERMEDIATE_MISSING',
    subject: 'certs/server.crt',
  },
  {
    name: 'another intermediate of the same name',
    make: (kit) => {
      const set = kit.set({
        inter: {},
        twin: { cn: '/O=Example/CN=Example Issuing CA', by: 'root', ca: true, pathLen: 0 },
        server: { by: 'inter' },
      });
      const { twin } = set as never as { twin: { cert: string } };
      kit.home(set.root);
      kit.putSet({ ...set, inter: undefined } as never);
      kit.put('certs/server.crt', set.server.cert + twin.cert);
    },
    code: 'CA_SAME_NAME',
    subject: 'certs/server.crt',
  },
  {
    name: 'a chain in the wrong order',
    make: (kit) => {
      const set = kit.set({ inter: {}, server: { by: 'inter' } });
      const { inter } = set as never as { inter: { cert: string } };
      kit.putSet({ ...set, inter: undefined } as never);
      kit.put('certs/server.crt', inter.cert + set.server.cert);
    },
    code: 'CHAIN_ORDER',
    subject: 'certs/server.crt',
  },
  {
    name: 'two intermediates in the wrong order',
    make: (kit) => {
      const set = kit.set({
        inter: { pathLen: 1 },
        lower: { cn: '/O=Example/CN=Lower CA', by: 'inter', ca: true },
        server: { by: 'lower' },
      });
      const { inter, lower } = set as never as Record<string, { cert: string }>;
      kit.putSet({ ...set, inter: undefined } as never);
      kit.put('certs/server.crt', set.server.cert + (inter?.cert ?? '') + (lower?.cert ?? ''));
    },
    code: 'CHAIN_ORDER',
    severity: 'warning',
    subject: 'certs/server.crt',
  },
  {
    name: 'the root in the chain',
    make: (kit) => {
      const set = kit.set({ inter: {}, server: { by: 'inter' } });
      const { inter } = set as never as { inter: { cert: string } };
      kit.putSet({ ...set, inter: undefined } as never);
      kit.put('certs/server.crt', set.server.cert + inter.cert + set.root.cert);
    },
    code: 'ROOT_IN_CHAIN',
    severity: 'warning',
    subject: 'certs/server.crt',
  },
  {
    name: 'a stranger in the chain',
    make: (kit) => {
      const set = kit.set({
        other: { cn: 'Other Root', ca: true },
        sub: { cn: 'Other Sub', by: 'other', ca: true },
      });
      const { sub } = set as never as { sub: { cert: string } };
      kit.putSet(set);
      kit.put('certs/server.crt', set.server.cert + sub.cert);
    },
    code: 'CHAIN_STRANGER',
    severity: 'warning',
    subject: 'certs/server.crt',
  },
  {
    name: 'another root of the same subject',
    make: (kit) => {
      const set = kit.set({ twin: { cn: '/O=Example/CN=Example Root CA', ca: true } });
      const { twin } = set as never as { twin: { cert: string } };
      kit.home(set.root);
      kit.putSet(set);
      kit.put('certs/ca.crt', twin.cert);
    },
    code: 'CA_SAME_NAME',
    subject: 'certs/ca.crt',
  },
  {
    name: 'a botched rotation: new root of the same name, old leaf and new leaf',
    make: (kit) => {
      const set = kit.set({
        twin: { cn: '/O=Example/CN=Example Root CA', ca: true },
        client: { by: 'twin' },
      });
      const { twin } = set as never as { twin: { cert: string; key: string } };
      kit.home(twin);
      kit.putSet(set);
      kit.put('certs/ca.crt', twin.cert);
    },
    code: 'CA_SAME_NAME',
    subject: 'certs/ca.crt',
    also: ['certs/server.crt'],
  },
  {
    name: 'the root of another CA',
    make: (kit) => {
      const set = kit.set({ other: { cn: '/O=Elsewhere/CN=Elsewhere Root', ca: true } });
      const { other } = set as never as { other: { cert: string } };
      kit.home(set.root);
      kit.putSet(set);
      kit.put('certs/ca.crt', other.cert);
    },
    code: 'UNTRUSTED_ROOT',
    subject: 'certs/ca.crt',
  },
  {
    name: 'ca.crt with the intermediate alone',
    make: (kit) => {
      const set = kit.set({ inter: {}, server: { by: 'inter' }, client: { by: 'inter' } });
      const { inter } = set as never as { inter: { cert: string; key: string } };
      kit.home(inter, 'issuing', set.root);
      kit.putSet(set);
      kit.put('certs/ca.crt', inter.cert);
    },
    code: 'TRUST_WITHOUT_ROOT',
    subject: 'certs/ca.crt',
  },
  {
    name: 'a CA below a path length of nought',
    make: (kit) => {
      const set = kit.set({
        inter: { pathLen: 0 },
        lower: { cn: '/O=Example/CN=Lower CA', by: 'inter', ca: true },
        server: { by: 'lower' },
      });
      const { inter, lower } = set as never as Record<string, { cert: string }>;
      kit.home(set.root);
      kit.putSet({ ...set, inter: undefined } as never);
      kit.put('certs/server.crt', set.server.cert + (lower?.cert ?? '') + (inter?.cert ?? ''));
    },
    code: 'PATH_LENGTH_EXCEEDED',
    subject: 'certs/server.crt',
  },
  {
    name: 'an intermediate without the CA bit',
    make: (kit) => {
      const set = kit.set({
        inter: { ca: false, pathLen: undefined as never },
        server: { by: 'inter' },
      });
      const { inter } = set as never as { inter: { cert: string } };
      kit.home(set.root);
      kit.putSet({ ...set, inter: undefined } as never);
      kit.put('certs/server.crt', set.server.cert + inter.cert);
    },
    code: 'NOT_A_CA',
    subject: 'certs/server.crt',
  },
  {
    name: 'a CA with purposes that leave the server out',
    make: (kit) => {
      const set = kit.set({
        inter: { eku: ['clientAuth'] },
        server: { by: 'inter' },
        client: { by: 'inter' },
      });
      kit.home(set.root);
      kit.putSet(set);
    },
    code: 'EXTENDED_KEY_USAGE',
    subject: 'certs/client.crt',
    also: ['certs/server.crt'],
  },
  {
    name: 'a leaf in ca.crt',
    make: (kit) => {
      const set = kit.set();
      kit.putSet(set);
      kit.put('certs/ca.crt', set.root.cert + set.server.cert);
    },
    code: 'TRUST_HOLDS_LEAF',
    severity: 'warning',
    subject: 'certs/ca.crt',
  },
  {
    name: 'a leaf that was changed after it was signed',
    by: 'ours',
    make: (kit) => {
      const set = kit.set();
      kit.home(set.root);
      kit.putSet(set);
      const der = Buffer.from(set.server.cert.replace(/-----.*-----|\s/g, ''), 'base64');
      const at = der.indexOf('localhost');
      der.write('localhose', at);
      kit.put('certs/server.crt', pem('CERTIFICATE', der));
    },
    code: 'BAD_SIGNATURE',
    subject: 'certs/server.crt',
  },
];

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** Keys, uses and revocation. */
const KEYS: readonly Broken[] = [
  {
    name: 'the key of another certificate, both here',
    make: (kit) => {
      const set = kit.set();
      kit.putSet(set);
      kit.put('certs/server.key', set.client.key);
      kit.put('certs/client.key', set.server.key);
    },
    code: 'KEY_MISMATCH',
    subject: 'certs/client.key',
    also: ['certs/server.key'],
  },
  {
    name: 'a key that belongs to nothing here',
    make: (kit) => {
      const set = kit.set({ lost: { cn: 'lost' } });
      const { lost } = set as never as { lost: { key: string } };
      kit.home(set.root);
      kit.putSet(set);
      kit.put('certs/server.key', lost.key);
    },
    code: 'KEY_MISMATCH',
    subject: 'certs/server.key',
  },
  {
    name: 'an encrypted key of a server',
    make: (kit) => {
      const set = kit.set();
      kit.home(set.root);
      kit.putSet(set);
      const closed = openssl(['pkcs8', '-topk8', '-passout', 'pass:secret'], {
        input: set.server.key,
      });
      kit.put('certs/server.key', closed);
    },
    code: 'KEY_ENCRYPTED',
    severity: 'warning',
    subject: 'certs/server.key',
  },
  {
    name: 'a server’s certificate used as a client’s',
    make: (kit) => {
      const set = kit.set({ client: { eku: ['serverAuth'] } });
      kit.home(set.root);
      kit.putSet(set);
    },
    code: 'EXTENDED_KEY_USAGE',
    subject: 'certs/client.crt',
  },
  {
    name: 'a client’s certificate used as a server’s',
    make: (kit) => {
      const set = kit.set({ server: { eku: ['clientAuth'] } });
      kit.put('certs/ca.key', set.root.key);
      kit.putSet(set);
    },
    code: 'EXTENDED_KEY_USAGE',
    subject: 'certs/server.crt',
  },
  {
    name: 'pairs of server and client that were swapped',
    make: (kit) => {
      const set = kit.set();
      kit.home(set.root);
      kit.putSet(set);
      kit.put('certs/server.crt', set.client.cert);
      kit.put('certs/server.key', set.client.key);
      kit.put('certs/client.crt', set.server.cert);
      kit.put('certs/client.key', set.server.key);
    },
    code: 'SIDES_SWAPPED',
    subject: 'certs/client.crt',
    also: ['certs/server.crt'],
  },
  {
    name: 'a key of 1024 bits',
    by: 'openssl',
    make: (kit) => {
      const set = kit.set({ server: { key: 'rsa-1024' } });
      kit.home(set.root);
      kit.putSet(set);
    },
    code: 'WEAK_KEY',
    subject: 'certs/server.crt',
  },
  {
    name: 'a signature over SHA-1',
    by: 'openssl',
    make: (kit) => {
      const set = kit.set({ client: { sha1: true } });
      kit.home(set.root);
      kit.putSet(set);
    },
    code: 'WEAK_HASH',
    subject: 'certs/client.crt',
  },
  {
    name: 'a revoked certificate',
    make: (kit) => {
      kit.mtls(['ca', 'init', 'office', '--no-passphrase']);
      kit.mtls(['issue', 'api.example.test', '--out', 'certs', '--name', 'server']);
      kit.mtls(['issue', 'batch', '--profile', 'client', '--out', 'certs', '--name', 'client']);
      kit.mtls(['revoke', 'certs/server.crt', '--yes']);
      kit.mtls(['ca', 'crl', 'office', '--out', 'certs/crl.pem', '--force']);
    },
    by: 'ours',
    code: 'REVOKED',
    subject: 'certs/server.crt',
  },
  {
    name: 'a stale revocation list',
    by: 'ours',
    make: (kit) => {
      kit.mtls(['ca', 'init', 'office', '--no-passphrase']);
      kit.mtls(['issue', 'api.example.test', '--out', 'certs', '--name', 'server']);
      kit.mtls(['ca', 'crl', 'office', '--ttl', '1s', '--out', 'certs/crl.pem']);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2100);
    },
    code: 'CRL_STALE',
    subject: 'certs/crl.pem',
  },
  {
    name: 'a key that everybody may read',
    make: (kit) => {
      kit.putSet(kit.set());
      kit.put('certs/server.key', kit.set().server.key);
      const set = kit.set();
      kit.putSet(set);
      kit.put('certs/server.key', set.server.key, 0o644);
    },
    code: 'KEY_MODE',
    severity: 'warning',
    subject: 'certs/server.key',
  },
  {
    name: 'a key in ca.crt',
    make: (kit) => {
      const set = kit.set();
      kit.putSet(set);
      kit.put('certs/ca.crt', set.root.cert + set.root.key);
    },
    code: 'TRUST_HOLDS_KEY',
    subject: 'certs/ca.crt',
  },
];

/** Files and how they are written. */
const FILES: readonly Broken[] = [
  ...(
    [
      ['lines that end in CR LF', (text: string) => text.replaceAll('\n', '\r\n'), 'warning'],
      ['a byte order mark', (text: string) => `\ufeff${text}`, 'error'],
      [
        'an empty line inside of a block',
        (text: string) => text.replace(/(\n.{64}\n)/, '$1\n'),
        'error',
      ],
      ['lines that are indented', (text: string) => text.replace(/^/gm, '  '), 'error'],
      [
        'a block on the line of another’s end',
        (text: string) => `${text.trimEnd()}${text}`,
        'error',
      ],
    ] as const
  ).map(([name, bend, severity]): Broken => ({
    name,
    make: (kit) => {
      const set = kit.set({ inter: {}, server: { by: 'inter' } });
      const { inter } = set as never as { inter: { cert: string } };
      kit.putSet({ ...set, inter: undefined } as never);
      kit.put(
        'certs/server.crt',
        name.startsWith('a block')
          ? set.server.cert.trimEnd() + inter.cert
          : bend(set.server.cert + inter.cert),
      );
    },
    code: 'PEM_FORM',
    severity,
    subject: 'certs/server.crt',
  })),
  {
    name: 'a file that was cut short',
    make: (kit) => {
      kit.mtls(['up', 'certs']);
      kit.put(
        'certs/server.crt',
        '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUdGhpcyBpcyBj\n',
      );
    },
    by: 'ours',
    code: 'PEM_MALFORMED',
    subject: 'certs/server.crt',
  },
  {
    name: 'an empty file',
    by: 'ours',
    make: (kit) => {
      const set = kit.set();
      kit.home(set.root);
      kit.putSet(set);
      kit.put('certs/ca.crt', '');
    },
    code: 'FILE_EMPTY',
    subject: 'certs/ca.crt',
  },
  {
    name: 'an error page by the name of ca.crt',
    make: (kit) => {
      const set = kit.set();
      kit.home(set.root);
      kit.putSet(set);
      kit.put(
        'certs/ca.crt',
        '<!DOCTYPE html><html><head><title>404</title></head><body>Not found</body></html>\n',
      );
    },
    code: 'NOT_RECOGNIZED',
    subject: 'certs/ca.crt',
  },
  {
    name: 'DER in a file that is called .pem',
    make: (kit) => {
      const set = kit.set();
      kit.putSet(set, ['server.crt']);
      kit.put(
        'certs/server.pem',
        Buffer.from(set.server.cert.replace(/-----.*-----|\s/g, ''), 'base64'),
      );
    },
    code: 'PEM_FORM',
    subject: 'certs/server.pem',
  },
];

const PLACES: readonly Broken[] = [
  {
    name: 'certificate and key under each other’s names',
    make: (kit) => {
      const set = kit.set();
      kit.putSet(set);
      kit.put('certs/server.crt', set.server.key);
      kit.put('certs/server.key', set.server.cert);
    },
    code: 'NOTHING_FOUND',
    subject: 'certs/server.crt',
    also: ['certs/server.key'],
  },
  {
    name: 'a certificate in the place of its key',
    make: (kit) => {
      const set = kit.set();
      kit.putSet(set);
      kit.put('certs/server.key', set.server.cert);
    },
    code: 'NOTHING_FOUND',
    subject: 'certs/server.key',
  },
  {
    name: 'the server’s certificate in the place of the root',
    make: (kit) => {
      const set = kit.set();
      kit.home(set.root);
      kit.putSet(set);
      kit.put('certs/ca.crt', set.server.cert);
    },
    code: 'TRUST_HOLDS_LEAF',
    subject: 'certs/ca.crt',
  },
];

/** Kubernetes and its neighbours. */
const MANIFESTS: readonly Broken[] = [
  {
    name: 'the CA’s key in a Secret',
    make: (kit) => {
      const { root } = kit.set();
      kit.put(
        'api-tls.yaml',
        secret('api-tls', { 'tls.crt': base64(root.cert), 'tls.key': base64(root.key) }),
      );
    },
    sources: ['api-tls.yaml'],
    code: 'CA_KEY_IN_SECRET',
    subject: 'api-tls.yaml, Secret prod/api-tls: tls.key',
  },
  {
    name: 'what the tutorial says: $(base64 rootCA.crt)',
    make: (kit) => {
      kit.put(
        'api-tls.yaml',
        secret('api-tls', { 'tls.crt': '$(base64 rootCA.crt)', 'tls.key': '$(base64 rootCA.key)' }),
      );
    },
    sources: ['api-tls.yaml'],
    code: 'YAML_MALFORMED',
    subject: 'api-tls.yaml, Secret prod/api-tls: tls.crt',
    also: ['api-tls.yaml, Secret prod/api-tls: tls.key'],
  },
  {
    name: 'a Secret that was encoded twice',
    make: (kit) => {
      const { server, root } = kit.set();
      kit.put(
        'secret.yaml',
        secret('api', {
          'tls.crt': base64(base64(server.cert)),
          'tls.key': base64(base64(server.key)),
          'ca.crt': base64(base64(root.cert)),
        }),
      );
    },
    sources: ['secret.yaml'],
    code: 'SECRET_ENCODED_TWICE',
    subject: 'secret.yaml, Secret prod/api: tls.crt',
    also: ['secret.yaml, Secret prod/api: tls.key', 'secret.yaml, Secret prod/api: ca.crt'],
  },
  {
    name: 'a Secret of another type',
    make: (kit) => {
      const { server, root } = kit.set();
      kit.put(
        'secret.yaml',
        secret(
          'api',
          {
            'tls.crt': base64(server.cert),
            'tls.key': base64(server.key),
            'ca.crt': base64(root.cert),
          },
          { type: 'Opaque' },
        ),
      );
    },
    sources: ['secret.yaml'],
    code: 'SECRET_TYPE',
    severity: 'warning',
    subject: 'secret.yaml, Secret prod/api',
  },
  {
    name: 'a Secret whose key is another’s',
    make: (kit) => {
      const set = kit.set();
      kit.home(set.root);
      kit.put(
        'secret.yaml',
        secret('api', {
          'tls.crt': base64(set.server.cert),
          'tls.key': base64(set.client.key),
          'ca.crt': base64(set.root.cert),
        }),
      );
    },
    sources: ['secret.yaml'],
    code: 'KEY_MISMATCH',
    subject: 'secret.yaml, Secret prod/api: tls.key',
  },
  {
    name: 'a Secret with an expired certificate',
    make: (kit) => {
      const set = kit.set({ server: { from: -30, to: -1 } });
      kit.home(set.root);
      kit.put(
        'secret.yaml',
        secret('api', {
          'tls.crt': base64(set.server.cert),
          'tls.key': base64(set.server.key),
          'ca.crt': base64(set.root.cert),
        }),
      );
    },
    sources: ['secret.yaml'],
    code: 'EXPIRED',
    subject: 'secret.yaml, Secret prod/api: tls.crt',
  },
  {
    name: 'a kubeconfig whose key is another’s',
    make: (kit) => {
      const set = kit.set();
      kit.put('kubeconfig', kubeconfig(set.root.cert, set.client.cert, set.server.key), 0o600);
    },
    sources: ['kubeconfig'],
    code: 'KEY_MISMATCH',
    subject: 'kubeconfig, users.0.user.client-key-data',
  },
  {
    name: 'an expired certificate in what istioctl prints',
    make: (kit) => {
      const set = kit.set({
        server: {
          cn: 'w',
          dns: [],
          uri: ['spiffe://cluster.local/ns/a/sa/b'],
          eku: ['serverAuth', 'clientAuth'],
          from: -3,
          to: -1,
        },
      });
      kit.put('secrets.json', istio(set.root.cert, set.server.cert));
    },
    sources: ['secrets.json'],
    code: 'EXPIRED',
    subject:
      'secrets.json, dynamicActiveSecrets.0.secret.tlsCertificate.certificateChain.inlineBytes',
  },
];

function kubeconfig(ca: string, cert: string, key: string): string {
  return [
    'apiVersion: v1',
    'kind: Config',
    'current-context: dev',
    'clusters:',
    '- name: dev',
    '  cluster:',
    '    server: https://10.0.0.1:6443',
    `    certificate-authority-data: ${base64(ca)}`,
    'users:',
    '- name: admin',
    '  user:',
    `    client-certificate-data: ${base64(cert)}`,
    `    client-key-data: ${base64(key)}`,
    'contexts:',
    '- name: dev',
    '  context: {cluster: dev, user: admin}',
    '',
  ].join('\n');
}

function istio(root: string, leaf: string): string {
  return JSON.stringify({
    dynamicActiveSecrets: [
      {
        name: 'default',
        secret: {
          name: 'default',
          tlsCertificate: {
            certificateChain: { inlineBytes: base64(leaf) },
            privateKey: { inlineBytes: base64('[redacted]') },
          },
        },
      },
      {
        name: 'ROOTCA',
        secret: { name: 'ROOTCA', validationContext: { trustedCa: { inlineBytes: base64(root) } } },
      },
    ],
  });
}

/** More of the kind, seen in the field. */
const FIELD: readonly Broken[] = [
  {
    name: 'a PKCS#12 trust store that Java finds empty',
    by: 'openssl',
    java: true,
    make: (kit) => {
      const { root } = kit.set();
      kit.put('pass.txt', 'changeit\n');
      kit.put(
        'trust.p12',
        openssl(['pkcs12', '-export', '-nokeys', '-passout', 'pass:changeit'], {
          input: root.cert,
        }),
      );
    },
    sources: ['trust.p12'],
    args: ['--passphrase-file', 'pass.txt'],
    code: 'STORE_UNTRUSTED',
    subject: 'trust.p12',
  },
  {
    name: 'a root without the CA bit',
    make: (kit) => {
      const set = kit.set({ root: { ca: false } });
      kit.putSet(set);
    },
    by: 'openssl',
    code: 'NOT_A_CA',
    subject: 'certs/ca.crt',
  },
  {
    name: 'a root with purposes that leave clients out',
    make: (kit) => {
      kit.putSet(kit.set({ root: { eku: ['serverAuth'] } }));
    },
    code: 'EXTENDED_KEY_USAGE',
    subject: 'certs/ca.crt',
  },
  {
    name: 'a name constraint of the intermediate',
    make: (kit) => {
      const set = kit.set({
        inter: { permit: ['lab.test'] },
        server: { by: 'inter' },
        client: { by: 'inter', cn: 'c.lab.test', dns: ['c.lab.test'] },
      });
      kit.home(set.root);
      kit.putSet(set);
    },
    code: 'NAME_CONSTRAINT',
    subject: 'certs/server.crt',
  },
  {
    name: 'a root that is no longer trusted: ca.crt has the next one alone',
    make: (kit) => {
      const set = kit.set({ next: { cn: '/O=Example/CN=Example Root CA 2', ca: true } });
      const { next } = set as never as { next: { cert: string; key: string } };
      kit.home(next);
      kit.putSet(set);
      kit.put('certs/ca.crt', next.cert);
    },
    code: 'UNTRUSTED_ROOT',
    subject: 'certs/ca.crt',
  },
  {
    name: 'a client’s CA that is not the one in its own ca.crt',
    make: (kit) => {
      const set = kit.set({ users: { cn: 'Users CA', ca: true }, client: { by: 'users' } });
      const { users } = set as never as { users: { cert: string; key: string } };
      kit.home(users, 'users');
      kit.putSet(set);
    },
    code: 'ISSUER_NOT_FOUND',
    subject: 'certs/client.crt',
  },
  {
    name: 'a private key in a ConfigMap',
    make: (kit) => {
      const set = kit.set();
      kit.put(
        'map.yaml',
        secret('api', {}, { kind: 'ConfigMap' }).replace(
          /^data:\n/m,
          `data:\n${Object.entries({
            'tls.crt': set.server.cert,
            'tls.key': set.server.key,
            'ca.crt': set.root.cert,
          })
            .map(([name, text]) => `  ${name}: |\n${text.replace(/^(?=.)/gm, '    ')}`)
            .join('')}`,
        ),
      );
    },
    sources: ['map.yaml'],
    code: 'TRUST_HOLDS_KEY',
    subject: 'map.yaml, ConfigMap prod/api: tls.key',
  },
  {
    name: 'a chain in the wrong order in a Secret',
    make: (kit) => {
      const set = kit.set({ inter: {}, server: { by: 'inter' } });
      const { inter } = set as never as { inter: { cert: string } };
      kit.put(
        'secret.yaml',
        secret('api', {
          'tls.crt': base64(inter.cert + set.server.cert),
          'tls.key': base64(set.server.key),
          'ca.crt': base64(set.root.cert),
        }),
      );
    },
    sources: ['secret.yaml'],
    code: 'CHAIN_ORDER',
    subject: 'secret.yaml, Secret prod/api: tls.crt',
  },
  {
    name: 'a Secret without its key',
    make: (kit) => {
      const set = kit.set();
      kit.home(set.root);
      kit.put(
        'secret.yaml',
        secret('api', { 'tls.crt': base64(set.server.cert), 'ca.crt': base64(set.root.cert) }),
      );
    },
    sources: ['secret.yaml'],
    code: 'SECRET_TYPE',
    subject: 'secret.yaml, Secret prod/api',
  },
  {
    name: 'an expired certificate in a list of Secrets',
    make: (kit) => {
      const set = kit.set({ client: { from: -90, to: -1 } });
      kit.home(set.root);
      const items = [
        secret('api', {
          'tls.crt': base64(set.server.cert),
          'tls.key': base64(set.server.key),
          'ca.crt': base64(set.root.cert),
        }),
        secret('batch', {
          'tls.crt': base64(set.client.cert),
          'tls.key': base64(set.client.key),
          'ca.crt': base64(set.root.cert),
        }),
      ];
      kit.put('all.yaml', items.join('---\n'));
    },
    sources: ['all.yaml'],
    code: 'EXPIRED',
    subject: 'all.yaml, Secret prod/batch: tls.crt',
  },
  {
    name: 'the root’s key in the place of the server’s',
    make: (kit) => {
      const set = kit.set();
      kit.home(set.root);
      kit.putSet(set);
      kit.put('certs/server.key', set.root.key);
    },
    code: 'KEY_MISMATCH',
    subject: 'certs/server.key',
  },
  {
    name: 'an expired root beside leaves that still hold, its key in the home',
    make: (kit) => {
      const set = kit.set({ root: { from: -900, to: -2 } });
      kit.putSet(set);
      kit.put('certs/ca.key', set.root.key);
    },
    code: 'EXPIRED',
    subject: 'certs/ca.crt',
  },
  {
    name: 'HAProxy’s file with another’s key',
    make: (kit) => {
      const set = kit.set();
      kit.home(set.root);
      kit.put('certs/ca.crt', set.root.cert);
      kit.put('certs/site.pem', set.server.cert + set.client.key, 0o600);
    },
    code: 'KEY_MISMATCH',
    subject: 'certs/site.pem',
  },
  {
    name: 'certbot’s folder with an old key',
    make: (kit) => {
      const set = kit.set({ lost: { cn: 'lost' } });
      const { lost } = set as never as { lost: { key: string } };
      kit.home(set.root);
      kit.put('certs/ca.pem', set.root.cert);
      kit.put('certs/cert.pem', set.server.cert);
      kit.put('certs/fullchain.pem', set.server.cert);
      kit.put('certs/privkey.pem', lost.key);
    },
    code: 'KEY_MISMATCH',
    subject: 'certs/privkey.pem',
  },
  {
    name: 'a set of up whose server is called by another name',
    by: 'ours',
    make: (kit) => {
      kit.mtls(['up', 'certs']);
    },
    args: ['--host', 'api.example.test'],
    code: 'HOST_MISMATCH',
    subject: 'certs/server.crt',
  },
  {
    name: 'a set of up whose client’s key was lost to another',
    by: 'ours',
    make: (kit) => {
      const set = kit.set();
      kit.mtls(['up', 'certs']);
      kit.put('certs/client.key', set.client.key);
    },
    code: 'KEY_MISMATCH',
    subject: 'certs/client.key',
  },
];

export const BROKEN: readonly Broken[] = [
  ...TIMES,
  ...NAMES,
  ...CHAINS,
  ...KEYS,
  ...FILES,
  ...PLACES,
  ...MANIFESTS,
  ...FIELD,
];
