// A set of files written anew, in order: what each holds stays what it holds, as programs want it.
import { basename } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { encodeBundle } from '../codec/bundle.ts';
import { encodePem } from '../codec/pem.ts';
import { writePrivateKey } from '../codec/pkcs8.ts';
import { caConfigMap, tlsSecret } from '../manifest/kubernetes.ts';
import { isSelfIssued } from '../verify/names.ts';
import { swappedWith } from './swapped.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Document } from './document.ts';
import type { Bench } from './judge.ts';
import type { CertificateNode, KeyNode, Pile } from './pile.ts';
import { isNamedPem, isNamedTrust, isTrustDocument, ownerOf, purposesOf, sideOf } from './roles.ts';

/** A file of the new folder. */
export interface MendedFile {
  /** Below the new folder. */
  readonly path: string;
  readonly content: string | Uint8Array;
  /** It holds a private key. */
  readonly secret: boolean;
}

export interface Mended {
  readonly files: readonly MendedFile[];
  /** What could not be written anew, by its place. */
  readonly left: readonly string[];
}

/**
 * Writes every file and TLS Secret of the pile anew: leaves with their CAs in order and without the
 * root, roots alone where roots belong, keys by their certificates, PEM as RFC 7468 has it.
 *
 * @param passphrase opens keys that are encrypted; they are written without one
 */
export function mendedFiles(bench: Bench, passphrase?: string | Uint8Array): Mended {
  const { pile, settings } = bench;
  const files: MendedFile[] = [];
  const left: string[] = [];
  const manifests = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const document of pile.documents) {
    const path = pathOf(document, settings.sources);
    if (document.object) {
      if (seen.has(document.container)) continue;
      seen.add(document.container);
      const yaml = manifestAnew(document, bench, passphrase);
      if (yaml === undefined) left.push(document.container);
      else manifests.set(path, [...(manifests.get(path) ?? []), yaml]);
      continue;
    }
    const from = swappedWith(document, pile) ?? document;
    const content = contentAnew(from, bench, passphrase);
    if (content === undefined) left.push(document.place);
    else files.push({ path, ...content });
  }
  for (const [path, texts] of manifests)
    files.push({ path, content: texts.join('---\n'), secret: true });
  return { files, left };
}

/** Below a folder that was given as there, else by its own name. */
function pathOf({ source }: Document, sources: readonly string[]): string {
  for (const given of sources) {
    const folder = `${given.replace(/\/+$/, '')}/`;
    if (source.startsWith(folder)) return source.slice(folder.length);
  }
  return source === '-' ? 'secret.yaml' : basename(source);
}

/** Files that are named for DER stay DER, if they are whole. */
function contentAnew(
  document: Document,
  bench: Bench,
  passphrase: string | Uint8Array | undefined,
): Pick<MendedFile, 'content' | 'secret'> | undefined {
  const [only] = document.parts;
  if (!only) return undefined;
  if (document.binary && !isNamedPem(document) && only.kind === 'certificate')
    return { content: only.certificate.der, secret: false };
  const text = textAnew(document, bench, passphrase);
  return text === undefined ? undefined : { content: text, secret: text.includes('PRIVATE KEY') };
}

function textAnew(
  document: Document,
  bench: Bench,
  passphrase: string | Uint8Array | undefined,
): string | undefined {
  const { pile } = bench;
  const held = pile.certificatesIn(document);
  const certificates = certificatesAnew(document, bench);
  const keys = trusts(document, pile) ? [] : keysAnew(document, pile, passphrase);
  if (keys.includes(undefined)) return undefined;
  const lists = document.parts.flatMap((part) =>
    part.kind === 'crl'
      ? encodePem('X509 CRL', part.crl.der)
      : part.kind === 'request'
        ? encodePem('CERTIFICATE REQUEST', part.request.der)
        : [],
  );
  const text = [encodeBundle(certificates), ...keys, ...lists].join('');
  return text === '' && held.length === 0 ? undefined : text;
}

function trusts(document: Document, pile: Pile): boolean {
  return isNamedTrust(document) || isTrustDocument(pile, document);
}

function certificatesAnew(document: Document, bench: Bench): readonly Certificate[] {
  const { pile } = bench;
  const held = pile.certificatesIn(document);
  const leaf = held.find(({ isIssuer }) => !isIssuer);
  if (trusts(document, pile)) return rootsFor(held, pile);
  if (!leaf) return held.map(({ certificate }) => certificate);
  return chainOf(leaf, document, bench);
}

/** The roots held, or those that what is held leads up to; CAs alone where none is here. */
function rootsFor(held: readonly CertificateNode[], pile: Pile): readonly Certificate[] {
  const cas = held.filter(({ isIssuer, certificate }) => isIssuer || isSelfIssued(certificate));
  const roots = cas.filter(({ certificate }) => isSelfIssued(certificate));
  if (roots.length > 0) return roots.map(({ certificate }) => certificate);
  const found = new Set<Certificate>();
  for (const { certificate } of cas)
    for (let at = certificate, steps = 0; steps < 16; steps++) {
      const [issuer] = pile.named(at.issuerDer);
      if (!issuer) break;
      at = issuer.certificate;
      if (isSelfIssued(at)) {
        found.add(at);
        break;
      }
    }
  return found.size > 0 ? [...found] : cas.map(({ certificate }) => certificate);
}

/** The leaf and the CAs of the path that holds; where none does, by names as far as they lead. */
function chainOf(leaf: CertificateNode, document: Document, bench: Bench): readonly Certificate[] {
  const { certificate } = leaf;
  const side = sideOf(certificate, [document], bench.settings.side);
  const [purpose = 'any'] = purposesOf(certificate, side);
  const result =
    bench.trust.anchors.length > 0 ? bench.whole(purpose, false)(certificate) : undefined;
  if (result?.ok === true) return result.path.certificates;
  const chain = [certificate];
  for (let at = certificate; chain.length < 16;) {
    const next = bench.pile.named(at.issuerDer)[0]?.certificate;
    if (!next || isSelfIssued(next) || chain.includes(next)) break;
    chain.push(next);
    at = next;
  }
  return chain;
}

/** The keys held; where one is not its neighbour's and the right one is here, that one. */
function keysAnew(
  document: Document,
  pile: Pile,
  passphrase: string | Uint8Array | undefined,
): readonly (string | undefined)[] {
  return pile.keysIn(document).map((key) => {
    const right = rightKey(key, document, pile) ?? key;
    const part = right.document.parts.find(
      (one) => one.kind === 'key' && one.origin.block === right.origin.block,
    );
    if (part?.kind !== 'key' || !right.publicKey) return undefined;
    return writePrivateKey(part.key.decode(() => passphrase));
  });
}

function rightKey(key: KeyNode, document: Document, pile: Pile): KeyNode | undefined {
  const owner = ownerOf(document.name);
  const leaf = pile
    .besides(document)
    .filter((one) => ownerOf(one.name) === owner)
    .flatMap((one) => pile.certificatesIn(one))
    .find(({ isIssuer }) => !isIssuer);
  if (!leaf || !key.publicKey) return undefined;
  const { keys } = pile.withKey(leaf.certificate.publicKey);
  return keys.includes(key) ? key : keys[0];
}

/** What cannot be named in a manifest is left where it is. */
function manifestAnew(
  document: Document,
  bench: Bench,
  passphrase: string | Uint8Array | undefined,
): string | undefined {
  try {
    return secretAnew(document, bench, passphrase) ?? mapAnew(document, bench);
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}

/** A ConfigMap of roots, as `mtls k8s configmap` writes it. */
function mapAnew(document: Document, bench: Bench): string | undefined {
  const { object, name } = document;
  if (object?.kind !== 'ConfigMap' || object.name === undefined) return undefined;
  if (object.keys.length > 1 || name !== 'ca.crt') return undefined;
  return caConfigMap({
    name: object.name,
    namespace: object.namespace,
    roots: encodeBundle(certificatesAnew(document, bench)),
  });
}

/** A Secret of a workload as `mtls k8s secret` writes it, from a ConfigMap too; undefined for all else. */
function secretAnew(
  document: Document,
  bench: Bench,
  passphrase: string | Uint8Array | undefined,
): string | undefined {
  const { pile } = bench;
  const { object } = document;
  if (object?.name === undefined) return undefined;
  const values = pile.besides(document);
  const valueOf = (key: string) => values.find(({ name }) => name === key);
  const certificate = valueOf('tls.crt') ?? valueOf('cert');
  const key = valueOf('tls.key') ?? valueOf('key');
  const roots = valueOf('ca.crt') ?? valueOf('cacert');
  if (!certificate || !key) return undefined;
  const [keyText] = keysAnew(key, pile, passphrase);
  const chain = certificatesAnew(certificate, bench);
  if (keyText === undefined || chain.length === 0) return undefined;
  return tlsSecret({
    name: object.name,
    namespace: object.namespace,
    certificates: encodeBundle(chain),
    key: keyText,
    roots: roots && encodeBundle(certificatesAnew(roots, bench)),
  });
}
