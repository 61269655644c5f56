// What a document is for, and which side of a handshake a certificate stands on: by what it holds,
// then by what it says, and by its name last.
import { EXTENDED_KEY_USAGES } from '../x509/extension-names.ts';
import { isSelfIssued } from '../verify/names.ts';
import type { Purpose } from '../verify/types.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { Document } from './document.ts';
import type { CertificateNode, Pile } from './pile.ts';

/** What peers are believed by: CA certificates, and no leaf with them. */
export function isTrustDocument(pile: Pile, document: Document): boolean {
  const held = pile.certificatesIn(document);
  if (held.length === 0 || !held.every(({ isIssuer }) => isIssuer)) return false;
  return !isHelper(document, held) && !signsHere(document, pile);
}

/**
 * The certificate of a CA that signs from here, as Istio's `ca-cert.pem` beside `ca-key.pem`: whom
 * to trust stands elsewhere. A root is trusted wherever its key lies.
 */
export function signsHere(document: Document, pile: Pile): boolean {
  const [first] = pile.certificatesIn(document);
  if (!first?.isIssuer || isSelfIssued(first.certificate)) return false;
  return pile
    .withKey(first.certificate.publicKey)
    .keys.some((key) => key.document.container === document.container);
}

/** `intermediate.crt`, `chain.pem`: CAs to send along, which nobody is asked to trust. */
function isHelper(document: Document, held: readonly CertificateNode[]): boolean {
  if (held.some(({ certificate }) => isSelfIssued(certificate))) return false;
  return !isNamedTrust(document);
}

/** `ca.crt`, `ca-cert.pem`, `rootCA.pem`, `trust-bundle.pem`, `cacerts.pem`. */
export function isNamedTrust({ name }: Document): boolean {
  const stem = stemOf(name);
  return (
    /^(?:root|trust|anchor|truststore|ssl-?ca|tls-?ca)/.test(stem) ||
    /^(?:client|server|mesh|peer)?[-_.]?ca(?:[-_.]?(?:certs?|bundle|file|root|chain))?$/.test(
      stem,
    ) ||
    /^ca[-_.]?(?:certs?|bundle|file|roots?)|cacerts?$/.test(stem) ||
    /(?:^|[-_.])(?:roots?|trust|anchors?)(?:$|[-_.])/.test(stem) ||
    /[-_.]ca$|svid[-_.]?bundle$/.test(stem)
  );
}

/** Whatever is called `.pem`, and the values of Secrets, are read as PEM. */
export function isNamedPem({ name, object }: Document): boolean {
  return object !== undefined || /\.pem$/i.test(name);
}

/** A file name without its endings, in lower case. */
export function stemOf(name: string): string {
  return name.toLowerCase().replace(/(?:\.(?:crt|cer|cert|pem|key|der|p12|pfx|txt|bundle))+$/, '');
}

/** What key and certificate of one owner share in their names: `server` of `server-key.pem`. */
export function ownerOf(name: string): string {
  const stem = stemOf(name)
    .replace(
      /(?:^|[-_.])(?:cert(?:ificate)?|crt|chain|fullchain|full|bundle|leaf|svid)(?=$|[-_.])/g,
      '',
    )
    .replace(/(?:^|[-_.])(?:priv(?:ate)?[-_.]?key|privkey|priv|key|k)(?=$|[-_.])/g, '');
  return stem.replace(/^[-_.]+|[-_.]+$/g, '');
}

/** The side that a certificate is on, where that is plain; `given` goes before all. */
export function sideOf(
  certificate: Certificate,
  documents: readonly Document[],
  given: 'server' | 'client' | undefined,
): 'server' | 'client' | undefined {
  if (given) return given;
  if (documents.some(({ side }) => side === 'server')) return 'server';
  const named = new Set(documents.map(sideNamed).filter((side) => side !== undefined));
  if (named.size === 1) return [...named][0];
  const purposes = certificate.extendedKeyUsage;
  const server = purposes?.includes(EXTENDED_KEY_USAGES.serverAuth);
  const client = purposes?.includes(EXTENDED_KEY_USAGES.clientAuth);
  if (server === client) return undefined;
  return server === true ? 'server' : 'client';
}

/** By the name of the file, else of the folder or Secret that it lies in. */
function sideNamed({ name, container }: Document): 'server' | 'client' | undefined {
  return sideIn(stemOf(name)) ?? sideIn(container.toLowerCase().replace(/^.*[/,]/, ''));
}

function sideIn(text: string): 'server' | 'client' | undefined {
  const words = text.split(/[^a-z]+/);
  const server = words.includes('server');
  const client = words.includes('client');
  if (server === client) return undefined;
  return server ? 'server' : 'client';
}

/** What a certificate is tried for: its side, or all that it says it is for. */
export function purposesOf(
  certificate: Certificate,
  side: 'server' | 'client' | undefined,
): readonly Purpose[] {
  if (side) return [side];
  const uses = certificate.extendedKeyUsage;
  const purposes: Purpose[] = [];
  if (uses?.includes(EXTENDED_KEY_USAGES.serverAuth) === true) purposes.push('server');
  if (uses?.includes(EXTENDED_KEY_USAGES.clientAuth) === true) purposes.push('client');
  return purposes.length > 0 ? purposes : ['any'];
}
