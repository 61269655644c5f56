// mtls mesh consul connect-ca: the CA that Consul's service mesh signs with.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { Authority } from '../../ca/authority.ts';
import { caRequestOf } from '../../ca/ca-request.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { describeKey } from '../../crypto/key.ts';
import { argument, defineCommand, flag, value } from '../command.ts';
import { readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { deliverManifest, manifestPlace } from '../manifest-place.ts';
import { meshCa, MESH_CA_OPTIONS } from '../mesh-ca.ts';
import { authorityJson } from '../render/authority.ts';
import { warnOfFixtures } from '../test-fixtures.ts';

export const command = defineCommand({
  description:
    'Print the configuration of Consul’s CA for consul connect ca set-config, or for PUT ' +
    '/v1/connect/ca/configuration: an intermediate of the home, made where it is missing, whose ' +
    'one URI is the trust domain of the cluster. A root’s key is refused.',
  arguments: { name: argument('optional', 'name', 'the CA that signs; consul by default') },
  options: {
    clusterId: value(
      '--cluster-id <uuid>',
      'the id of the cluster: TrustDomain of curl …/v1/connect/ca/roots',
    ),
    ...MESH_CA_OPTIONS,
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
    const { authority, key, made } = await meshCa(invocation, name, {
      request: (now) => ({
        ...caRequestOf({ trustDomain, ...readValidity(options, now) }, name),
        // Other datacenters have CAs of their own below it
        pathLength: 1,
      }),
      vet: (one) => {
        if (one.store.name === name) checkConnectCa(one, trustDomain);
      },
    });
    warnOfFixtures(authority.path, output);
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

/** Consul takes a CA of exactly this one URI, and its defaults are for P-256. */
function checkConnectCa({ certificate, store }: Authority, trustDomain: string): void {
  const hint = 'name another CA, which is then made';
  const data = { ca: store.name };
  const uris = certificate.names.flatMap((name) => (name.kind === 'uri' ? name.value : []));
  if (uris.length !== 1 || uris[0] !== `spiffe://${trustDomain}`)
    throw new MtlsError(
      'BAD_SPIFFE_ID',
      `CA ${quoteForeign(store.name)} is not that of spiffe://${trustDomain}: it names ${uris.map((uri) => quoteForeign(uri)).join(', ') || 'no URI'}`,
      { hint, data },
    );
  const { publicKey } = certificate;
  if (publicKey.kind !== 'ec' || publicKey.curve !== 'P-256')
    throw new MtlsError(
      'BAD_OPTION',
      `the key of CA ${quoteForeign(store.name)} is ${describeKey(publicKey)}, and Consul expects ECDSA P-256`,
      { hint, data },
    );
}
