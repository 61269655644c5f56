// mtls mesh consul connect-ca: the CA that Consul's service mesh signs with.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { Authority } from '../../ca/authority.ts';
import { caRequestOf } from '../../ca/ca-request.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import type { KeyType } from '../../crypto/algorithms.ts';
import { describeKey, type PublicKey } from '../../crypto/key.ts';
import { argument, defineCommand, flag, value } from '../command.ts';
import { KEY_TYPE_OPTION, readKeyType, readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { meshCa, MESH_CA_OPTIONS } from '../mesh-ca.ts';
import { readNumber } from '../number-option.ts';
import { authorityJson } from '../render/authority.ts';
import { warnOfFixtures } from '../test-fixtures.ts';

/** Below it: CAs of other datacenters, and while another CA takes over, that one above them. */
const ROOM = 2;

export const command = defineCommand({
  description:
    'Print the configuration of Consul’s CA for consul connect ca set-config, or for PUT ' +
    '/v1/connect/ca/configuration: an intermediate of the home, made where it is missing, whose ' +
    'one URI is the trust domain of the cluster. Consul calls it its root, and Envoy 1.25 or later ' +
    'trusts it as such. A root’s key is refused.',
  arguments: { name: argument('optional', 'name', 'the CA that signs; consul by default') },
  options: {
    clusterId: value(
      '--cluster-id <uuid>',
      'the id of the cluster: TrustDomain of curl …/v1/connect/ca/roots',
    ),
    ...MESH_CA_OPTIONS,
    pathLen: value('--path-len <number>', 'when it is made: levels of CAs below; 2 by default'),
    ...KEY_TYPE_OPTION,
    ...VALIDITY_OPTIONS,
    file: value('--file <file>', 'write to a file, mode 0600, instead of stdout'),
    force: flag('--force', 'replace the file'),
  },
  examples: [
    {
      line: 'mtls mesh consul connect-ca --ca root --cluster-id "$ID" --file ca.json',
      does: 'then consul connect ca set-config -config-file ca.json',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'the CA is a root, the CA above it has expired, or the file exists']],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    if (globals.json && options.file === undefined)
      throw new MtlsError('USAGE', 'a JSON document of ours never holds a key', {
        hint: 'name a file for the configuration: --file ca.json',
      });
    const { connectCaConfiguration, consulTrustDomain } = await import('../../manifest/consul.ts');
    if (options.clusterId === undefined)
      throw new MtlsError('USAGE', 'the id of the cluster is not given', {
        hint: 'add --cluster-id: TrustDomain in what curl -s localhost:8500/v1/connect/ca/roots prints',
      });
    const trustDomain = consulTrustDomain(options.clusterId);
    if (trustDomain === undefined)
      throw new MtlsError(
        'BAD_OPTION',
        `${quoteForeign(options.clusterId)} is no id of a cluster`,
        {
          hint: 'a UUID, with .consul or without',
        },
      );
    const place = await manifestPlace({ ...options, kustomize: undefined }, context, 'consul');
    const name = args.name ?? 'consul';
    const { keyType = 'ec-p256' } = readKeyType(options);
    const pathLength = readNumber('--path-len', options.pathLen, 0, 255) ?? ROOM;
    const { authority, key, made } = await meshCa(invocation, name, {
      request: (now) => ({
        ...caRequestOf({ trustDomain, keyType, ...readValidity(options, now) }, name),
        pathLength,
      }),
      vet: (one) => {
        if (one.store.name === name) checkConnectCa(one, trustDomain);
        else checkFamily(one.certificate.publicKey, keyType, one.store.name);
      },
    });
    warnOfFixtures(authority.path, output);
    const room = authority.certificate.basicConstraints?.pathLength;
    if (room !== undefined && room < ROOM)
      output.warn(
        `path length ${room} is less than ${ROOM}: with other datacenters, no other CA can take over from it`,
      );
    output.note(
      `the configuration holds the key of CA ${quoteForeign(name)}: who reads it can sign as it`,
    );
    await deliverManifest(output, place, {
      yaml: connectCaConfiguration({
        certificate: encodeBundle([authority.certificate]),
        key: writePrivateKey(key),
      }),
      secret: true,
      title: `the configuration of Consul with the CA ${quoteForeign(name)}`,
      facts: () => ({ trustDomain, created: made, ca: authorityJson(authority) }),
    });
    return 0;
  },
});

/** Consul takes a CA of exactly this one URI. */
function checkConnectCa({ certificate, store, path }: Authority, trustDomain: string): void {
  const uris = certificate.names.flatMap((name) => (name.kind === 'uri' ? name.value : []));
  if (uris.length !== 1 || uris[0] !== `spiffe://${trustDomain}`)
    throw new MtlsError(
      'BAD_SPIFFE_ID',
      `CA ${quoteForeign(store.name)} is not that of spiffe://${trustDomain}: it names ${uris.map((uri) => quoteForeign(uri)).join(', ') || 'no URI'}`,
      { hint: 'name another CA, which is then made', data: { ca: store.name } },
    );
  const issuer = path[1];
  if (issuer) checkFamily(issuer.publicKey, certificate.publicKey, store.info.parent ?? '');
}

/**
 * Consul signs with ECDSA and RSA. The CA that takes over from this one is signed by it with the
 * algorithm of its own certificate (CrossSignCA), which is that of the CA above.
 */
function checkFamily(above: PublicKey, own: PublicKey | KeyType, issuer: string): void {
  const [kind, title] =
    typeof own === 'string'
      ? [own.startsWith('ec-') ? 'ec' : own.startsWith('rsa-') ? 'rsa' : undefined, own]
      : [own.kind, describeKey(own)];
  if (kind !== 'ec' && kind !== 'rsa')
    throw new MtlsError('BAD_OPTION', `Consul signs with ECDSA and RSA, and not with ${title}`, {
      hint: 'name a CA that is to be made, with --key-type ec-p256 or rsa-2048',
    });
  if (above.kind === kind) return;
  throw new MtlsError(
    'BAD_OPTION',
    `CA ${quoteForeign(issuer)} has a key of ${describeKey(above)}, and the CA below it of ${title}: Consul would fail to sign the one that takes over from it`,
    {
      hint: 'give both keys of one kind: --key-type rsa-2048 below RSA, another --ca below Ed25519',
      data: { ca: issuer },
    },
  );
}
