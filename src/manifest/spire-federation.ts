// What a SPIRE server is told of another trust domain: settings, commands, and the object of
// spire-controller-manager.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { parseSpiffeId, parseTrustDomain } from '../name/spiffe.ts';
import { hclString } from './hcl.ts';
import { metaOf } from './kubernetes.ts';
import type { Labels } from './kubernetes-names.ts';
import { renderManifest, type GivenTemplate } from './render.ts';
import type { EndpointProfile } from './spire-profiles.ts';

/** How a server reaches the bundle of another trust domain. */
export interface Relationship {
  readonly trustDomain: string;
  readonly url: string;
  readonly profile: EndpointProfile;
  /** Whom the endpoint must show itself as; of https_spiffe alone. */
  readonly endpointId: string | undefined;
}

/** Where the server hands out its own bundle. */
export interface OwnEndpoint {
  readonly address: string;
  readonly port: number;
  readonly refreshHint: string | undefined;
  /** Certificate and key for the endpoint, of a CA that everybody trusts; https_spiffe where absent. */
  readonly web: { readonly certificate: string; readonly key: string } | undefined;
}

const SETTINGS = 'server.conf';
const FOLDER = '/etc/spire-server/bundle-endpoint';

/**
 * Reads a relationship. Throws BAD_SPIFFE_ID, and BAD_OPTION for what SPIRE refuses: a URL that is
 * not of HTTPS or names a user, an endpoint's ID for https_web, one of another trust domain.
 */
export function relationshipOf(given: {
  readonly trustDomain: string;
  readonly url: string;
  readonly profile: EndpointProfile;
  readonly endpointId?: string | undefined;
}): Relationship {
  const { url, profile } = given;
  const trustDomain = parseTrustDomain(given.trustDomain);
  checkUrl(url);
  if (profile === 'https_web') {
    if (given.endpointId === undefined) return { trustDomain, url, profile, endpointId: undefined };
    throw new MtlsError('BAD_OPTION', 'an endpoint of https_web has no SPIFFE ID', {
      hint: 'leave --endpoint-id out, or take --profile https_spiffe',
    });
  }
  const endpoint = parseSpiffeId(given.endpointId ?? `spiffe://${trustDomain}/spire/server`);
  if (endpoint.trustDomain !== trustDomain)
    throw new MtlsError(
      'BAD_OPTION',
      `the endpoint ${quoteForeign(endpoint.id)} is of another trust domain than ${quoteForeign(trustDomain)}, whose bundle cannot tell who it is`,
      { hint: 'name an ID in it: --endpoint-id spiffe://<trust domain>/spire/server' },
    );
  return { trustDomain, url, profile, endpointId: endpoint.id };
}

/** SPIFFE Federation §5.2.1.1: HTTPS, and no user. */
function checkUrl(text: string): void {
  const fail = (why: string) =>
    new MtlsError(
      'BAD_OPTION',
      `${quoteForeign(text)} is no address of a bundle endpoint: ${why}`,
      {
        hint: 'give one such as https://spire.example.com:8443',
      },
    );
  // What RFC 3986 leaves out; none of it would stay one word of HCL or of a shell
  if (!/^[\x21-\x7e]+$/.test(text) || /["<>\\^`{|}]/.test(text))
    throw fail('it holds characters that no URL has');
  if (!text.startsWith('https://')) throw fail('it does not begin with https://');
  if (!URL.canParse(text)) throw fail('it is no URL');
  if (/^https:\/\/[^/?#]*@/.test(text)) throw fail('it names a user');
}

/** The block for `server` of server.conf. Throws BAD_OPTION for what HCL would read otherwise. */
export function federationSettings(
  { trustDomain, url, profile, endpointId }: Relationship,
  own: OwnEndpoint,
): string {
  const quoted = (text: string) => hclString(text, SETTINGS, FOLDER);
  const serving =
    own.web === undefined
      ? 'profile "https_spiffe" {}'
      : `profile "https_web" {
      serving_cert_file {
        cert_file_path = ${quoted(own.web.certificate)}
        key_file_path = ${quoted(own.web.key)}
      }
    }`;
  const theirs =
    endpointId === undefined
      ? `bundle_endpoint_profile ${quoted(profile)} {}`
      : `bundle_endpoint_profile ${quoted(profile)} {
      endpoint_spiffe_id = ${quoted(endpointId)}
    }`;
  const hint =
    own.refreshHint === undefined ? '' : `\n    refresh_hint = ${quoted(own.refreshHint)}`;
  return `federation {
  bundle_endpoint {
    address = ${quoted(own.address)}
    port = ${own.port}${hint}
    ${serving}
  }
  federates_with ${quoted(trustDomain)} {
    bundle_endpoint_url = ${quoted(url)}
    ${theirs}
  }
}
`;
}

/** A bundle in a file, and the form that it has. */
export interface BundleFile {
  readonly path: string;
  readonly format: 'spiffe' | 'pem';
}

/** Sets a bundle by hand: what settings want beside them, and no relationship of its own. */
export function bundleSet(trustDomain: string, { path, format }: BundleFile): readonly string[] {
  return [
    ...['spire-server', 'bundle', 'set', '-id', `spiffe://${trustDomain}`],
    ...['-format', format, '-path', path],
  ];
}

/** Makes the relationship while the server runs, with the bundle that it begins with. */
export function federationCreate(
  { trustDomain, url, profile, endpointId }: Relationship,
  bundle: BundleFile | undefined,
): readonly string[] {
  return [
    ...['spire-server', 'federation', 'create', '-trustDomain', trustDomain],
    ...['-bundleEndpointURL', url, '-bundleEndpointProfile', profile],
    ...(endpointId === undefined ? [] : ['-endpointSpiffeID', endpointId]),
    ...(bundle === undefined
      ? []
      : ['-trustDomainBundlePath', bundle.path, '-trustDomainBundleFormat', bundle.format]),
  ];
}

export interface FederatedObject {
  readonly name: string;
  readonly labels?: Labels | undefined;
  /** Of the spire-controller-manager that is to heed it. */
  readonly className?: string | undefined;
  /** A JWK Set: the controller reads nothing else. */
  readonly bundle?: string | undefined;
}

/** A ClusterFederatedTrustDomain in YAML. Throws BAD_NAME, BAD_OPTION. */
export function federatedTrustDomain(
  { trustDomain, url, profile, endpointId }: Relationship,
  object: FederatedObject,
  template?: GivenTemplate,
): string {
  const { name, labels } = metaOf(object);
  return renderManifest(
    'spire/cluster-federated-trust-domain.yaml',
    {
      name,
      labels,
      trustDomain,
      url,
      profile,
      endpointId,
      bundle: object.bundle,
      className: object.className,
    },
    template,
  );
}
