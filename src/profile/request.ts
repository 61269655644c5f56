// A certificate from a PKCS#10 request: its key and its names, and nothing else it asks for.
import { bytesEqual, type NameDer } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import {
  attributeOf,
  commonName,
  isText,
  type AttributeTypeAndValue,
  type DistinguishedName,
} from '../name/dn.ts';
import { formatIp } from '../name/ip.ts';
import {
  formatGeneralName,
  parseIdentityName,
  parseNameAs,
  type GeneralName,
} from '../name/san.ts';
import type { CertificationRequest } from '../x509/csr.ts';
import type { IrregularityCode } from '../x509/irregularity.ts';
import { encodeExtensionValue, EXTENSION_OIDS, extensionName } from '../x509/extensions.ts';
import type { IssuerPath } from './issuer.ts';
import { distinctNames } from './names.ts';
import type { IssuePlan, KeyIdMethod, PlannedExtension, Sourced } from './plan.ts';
import type { LeafProfileName } from './profile.ts';
import { leafProfile, planLeaf, type ResolveContext } from './resolve.ts';
import { resolveSubject, type WantedSubject } from './subject.ts';
import type { WantedValidity } from './validity.ts';

/** What the signer decides about a request; the rest is the requester's or the profile's. */
export interface SigningRequest extends WantedValidity, WantedSubject {
  readonly profile?: LeafProfileName | undefined;
  readonly keyIdMethod?: KeyIdMethod | undefined;
}

/**
 * Decides the certificate of a request, whose signature the caller has checked. Throws as
 * `resolveLeaf` does, and KEY_TOO_WEAK, KEY_UNSUPPORTED, CSR_MALFORMED for a name that is none,
 * NAME_NOT_ALLOWED for a kind of name that is not signed.
 *
 * @param path issuer first, root last
 */
export function resolveRequest(
  csr: CertificationRequest,
  signing: SigningRequest,
  path: IssuerPath,
  context: ResolveContext,
): IssuePlan {
  const warnings: string[] = [];
  checkSound(csr);
  let names = distinctNames(csr.names.map(acceptedName));
  if (names.length === 0) {
    const name = nameInSubject(csr);
    if (name) {
      names = [name];
      warnings.push(
        `the request has no names beside its subject: ${formatGeneralName(name)} is taken from there`,
      );
    }
  }
  const profile = leafProfile(signing.profile, names, context.defaults);
  const given = signing.subject !== undefined || signing.commonName !== undefined;
  if (names.length === 0 && csr.subject.rdns.length === 0 && !given)
    throw new MtlsError('CSR_MALFORMED', 'the request names nobody', { hint: AGAIN });
  const own = csr.subject.rdns.length > 0 && !given ? ownSubject(csr) : undefined;
  const subject: Sourced<DistinguishedName> = own
    ? { value: own.subject, source: 'request' }
    : resolveSubject(signing, names, profile.value);
  const plan = planLeaf(
    {
      ...signing,
      profile,
      subject,
      subjectDer: own?.subjectDer,
      names: { value: names, source: 'request' },
      publicKey: csr.publicKey,
      warnings,
    },
    path,
    context,
  );
  const ignored = ignoredExtensions(csr, plan.extensions);
  return ignored.length === 0 ? plan : withWarnings(plan, ignored);
}

/** A plan with more to say. */
export function withWarnings(plan: IssuePlan, more: readonly string[]): IssuePlan {
  return { ...plan, warnings: [...plan.warnings, ...more] };
}

/** How a request may be untidy and still be read in one way only. */
const UNTIDY: ReadonlySet<IrregularityCode> = new Set(['DEFAULT_ENCODED', 'NAMED_BITS_PADDED']);

const AGAIN = 'make the request again: mtls csr';

// Two lists of names, or one that cannot be read, leave open what was asked for.
function checkSound({ irregularities }: CertificationRequest): void {
  const found = irregularities.find(({ code }) => !UNTIDY.has(code));
  if (!found) return;
  throw new MtlsError('CSR_MALFORMED', `malformed certificate request: ${found.detail}`, {
    hint: AGAIN,
    data: { irregularity: found.code, clause: found.clause },
  });
}

/** More than any real subject. */
const MAX_SUBJECT = 8192;

/**
 * The subject as it was asked for, held to what `--subject` takes: what one program reads as a
 * name and another cuts at a NUL must not be signed. Its bytes are kept where we would write them.
 */
function ownSubject(csr: CertificationRequest): {
  readonly subject: DistinguishedName;
  readonly subjectDer: NameDer | undefined;
} {
  const fail = (why: string, cause?: unknown) =>
    new MtlsError('CSR_MALFORMED', `malformed certificate request: ${why}`, { hint: AGAIN, cause });
  if (csr.subjectDer.length > MAX_SUBJECT)
    throw fail(`its subject is over ${MAX_SUBJECT} bytes long`);
  const attributes = csr.subject.rdns.flat();
  if (!attributes.every(isText)) throw fail('its subject holds something that is no text');
  if (attributes.every(({ der }) => der === undefined)) {
    attributes.forEach(({ oid, value }) => typed(oid, value));
    return { subject: csr.subject, subjectDer: csr.subjectDer };
  }
  const rdns = csr.subject.rdns.map((rdn) => rdn.map(({ oid, value }) => typed(oid, value)));
  return { subject: { rdns }, subjectDer: undefined };

  function typed(oid: string, value: string): AttributeTypeAndValue {
    try {
      return attributeOf(oid, value);
    } catch (cause) {
      if (!(cause instanceof MtlsError) || cause.code === 'INTERNAL') throw cause;
      throw fail(cause.message, cause);
    }
  }
}

function acceptedName(name: GeneralName): GeneralName {
  switch (name.kind) {
    case 'dns':
    case 'email':
    case 'uri':
      return wellFormed(name, () => parseNameAs(name.kind, name.value));
    case 'ip':
      return wellFormed(name, () => parseNameAs('ip', formatIp(name.value)));
    default:
      // A login or directory name grants rights in systems that nobody here can ask
      throw new MtlsError(
        'NAME_NOT_ALLOWED',
        `the request asks for a name of a kind that is not signed: ${formatGeneralName(name)}`,
        { hint: 'make the request again with DNS, IP, e-mail or URI names only: mtls csr' },
      );
  }
}

function wellFormed(name: GeneralName, parse: () => GeneralName): GeneralName {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof MtlsError) || cause.code === 'INTERNAL') throw cause;
    throw new MtlsError(
      'CSR_MALFORMED',
      `the request asks for ${formatGeneralName(name)}: ${cause.message}`,
      {
        hint: AGAIN,
        cause,
      },
    );
  }
}

// The tutorials' requests name the host in the subject alone, where today's clients do not look.
function nameInSubject(csr: CertificationRequest): GeneralName | undefined {
  const text = commonName(csr.subject);
  if (text === undefined) return undefined;
  try {
    const name = parseIdentityName(text);
    return name.kind === 'uri' ? undefined : name;
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return undefined;
    throw error;
  }
}

function ignoredExtensions(
  csr: CertificationRequest,
  planned: readonly PlannedExtension[],
): string[] {
  const ignored: string[] = [];
  const warnings: string[] = [];
  for (const { oid, value, parsed } of csr.requestedExtensions) {
    if (oid === EXTENSION_OIDS.subjectAltName) continue;
    const same = planned.some(
      (extension) =>
        extension.value.kind === parsed.kind &&
        bytesEqual(encodeExtensionValue(extension.value), value),
    );
    if (same) continue;
    if (parsed.kind === 'basicConstraints' && parsed.ca)
      warnings.push('the request asks to be a CA: it will not be one');
    else ignored.push(extensionName(oid) ?? oid);
  }
  if (ignored.length > 0)
    warnings.push(`the request asks for more than a key and names, ignored: ${ignored.join(', ')}`);
  return warnings;
}
