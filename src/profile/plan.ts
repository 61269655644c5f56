// The decided certificate: everything but the key, the serial number and the signature.
import { invariant } from '../base/assert.ts';
import { toHex, type NameDer } from '../base/bytes.ts';
import type { KeyType, SignatureAlgorithm } from '../crypto/algorithms.ts';
import { keyIdentifier } from '../crypto/digest.ts';
import { describeKey, type PublicKey } from '../crypto/public-key.ts';
import { formatSubtree } from '../name/constraints.ts';
import { formatDn, type DistinguishedName } from '../name/dn.ts';
import { formatGeneralName, type GeneralName } from '../name/san.ts';
import { purposeName } from '../x509/extension-names.ts';
import { formatAttributeValue } from '../x509/attribute.ts';
import type { ExtensionValue } from '../x509/extension-values.ts';
import type { TbsInput } from '../x509/tbs.ts';
import { formatDuration } from './duration.ts';
import { formatTime } from '../base/clock.ts';
import { escapeControl } from '../base/text.ts';
import type { Profile } from './profile.ts';

/** Who decided a field: the command line, the home's config.yaml, the profile … */
export type Source = 'flag' | 'config' | 'profile' | 'default' | 'request' | 'issuer';

export interface Sourced<Value> {
  readonly value: Value;
  readonly source: Source;
}

export interface PlannedExtension {
  readonly value: ExtensionValue;
  readonly critical: boolean;
  readonly source: Source;
}

/** One line of `--dry-run`. */
interface PlannedField {
  readonly name: string;
  readonly value: string;
  readonly source: Source;
}

/** RFC 7093 §2 (1), or RFC 5280 §4.2.1.2 (1). */
export type KeyIdMethod = 'sha256' | 'sha1';

export interface PlannedIssuer {
  readonly subject: DistinguishedName;
  /** Byte for byte as the issuer's certificate has it. */
  readonly subjectDer: NameDer;
  /** Its SKI, computed from its key where it carries none. */
  readonly keyId: Uint8Array;
}

export interface IssuePlan {
  readonly profile: Profile;
  readonly subject: DistinguishedName;
  readonly subjectDer: NameDer;
  readonly names: readonly GeneralName[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The key to make; undefined when the key is given. */
  readonly keyType: KeyType | undefined;
  /** The key that is given: by a request, or by whoever keeps an old key. */
  readonly publicKey: PublicKey | undefined;
  /** Undefined for a root: it issues itself. */
  readonly issuer: PlannedIssuer | undefined;
  /** In the order they are written; the two key identifiers are added by `tbsOf`. */
  readonly extensions: readonly PlannedExtension[];
  readonly keyIdMethod: KeyIdMethod;
  /** The certificate field by field, with who decided each. */
  readonly fields: readonly PlannedField[];
  /** Sentences for the user, lower case, without a full stop. */
  readonly warnings: readonly string[];
}

/** Who decided what has no extension of its own. */
export interface FieldSources {
  readonly subject: Source;
  readonly notBefore: Source;
  readonly notAfter: Source;
  readonly key: Source;
  readonly profile: Source;
}

/** Closes a plan: its fields are written out when first asked for, a batch never asks. */
export function planOf(parts: Omit<IssuePlan, 'fields'>, sources: FieldSources): IssuePlan {
  let fields: readonly PlannedField[] | undefined;
  return {
    ...parts,
    get fields() {
      return (fields ??= fieldsOf(parts, sources));
    },
  };
}

/** What is signed, once the key is there. The key must be the one that the plan names. */
export function tbsOf(
  plan: IssuePlan,
  made: {
    readonly publicKey: PublicKey;
    readonly serial: Uint8Array;
    /** The issuer's. */
    readonly algorithm: SignatureAlgorithm;
  },
): TbsInput {
  const { publicKey, serial, algorithm } = made;
  if (plan.keyType !== undefined)
    invariant(publicKey.type === plan.keyType, 'the key is not of the planned type');
  const id = keyIdentifier(publicKey.keyBits, plan.keyIdMethod);
  const identifiers: TbsInput['extensions'] = [
    { value: { kind: 'subjectKeyIdentifier', id }, critical: false },
    {
      value: { kind: 'authorityKeyIdentifier', keyId: plan.issuer?.keyId ?? id },
      critical: false,
    },
  ];
  return {
    serial,
    algorithm,
    issuer: plan.issuer?.subjectDer ?? plan.subjectDer,
    notBefore: plan.notBefore,
    notAfter: plan.notAfter,
    subject: plan.subjectDer,
    spki: publicKey.spki,
    extensions: [...plan.extensions, ...identifiers],
  };
}

function fieldsOf(plan: Omit<IssuePlan, 'fields'>, sources: FieldSources): PlannedField[] {
  const { issuer, publicKey } = plan;
  const fields: PlannedField[] = [
    { name: 'profile', value: plan.profile.name, source: sources.profile },
    { name: 'subject', value: formatDn(plan.subject) || '(empty)', source: sources.subject },
    {
      name: 'issuer',
      value: issuer ? formatDn(issuer.subject) : 'itself',
      source: issuer ? 'issuer' : 'profile',
    },
    { name: 'serial number', value: '159 random bits', source: 'default' },
    { name: 'not before', value: formatTime(plan.notBefore), source: sources.notBefore },
    {
      name: 'not after',
      value: `${formatTime(plan.notAfter)} (${formatDuration(plan.notAfter.getTime() - plan.notBefore.getTime())} in all)`,
      source: sources.notAfter,
    },
    {
      name: 'key',
      value: publicKey ? describeKey(publicKey) : `${String(plan.keyType)}, new`,
      source: sources.key,
    },
  ];
  for (const { value, critical, source } of plan.extensions)
    fields.push({
      name: value.kind === 'unknown' ? value.oid : (LABELS[value.kind] ?? value.kind),
      value: describe(value) + (critical ? ', critical' : ''),
      source,
    });
  fields.push({
    name: 'subject key identifier',
    value: publicKey
      ? toHex(keyIdentifier(publicKey.keyBits, plan.keyIdMethod))
      : `from the key, ${plan.keyIdMethod}`,
    source: 'default',
  });
  fields.push({
    name: 'authority key identifier',
    value: issuer ? toHex(issuer.keyId) : 'its own subject key identifier',
    source: issuer ? 'issuer' : 'profile',
  });
  return fields;
}

const LABELS: Readonly<Partial<Record<ExtensionValue['kind'], string>>> = {
  basicConstraints: 'basic constraints',
  keyUsage: 'key usage',
  extendedKeyUsage: 'extended key usage',
  subjectAltName: 'names',
  nameConstraints: 'name constraints',
};

function describe(value: ExtensionValue): string {
  switch (value.kind) {
    case 'basicConstraints': {
      const { pathLength } = value;
      if (!value.ca) return 'no CA';
      return pathLength === undefined ? 'CA' : `CA, path length ${pathLength}`;
    }
    case 'keyUsage':
      return value.usages.join(', ');
    case 'extendedKeyUsage':
      return value.purposes.map((oid) => purposeName(oid) ?? oid).join(', ');
    case 'subjectAltName':
      return value.names.map(formatGeneralName).join(', ');
    case 'nameConstraints': {
      const { permitted, excluded } = value.constraints;
      return [
        ...permitted.map((subtree) => `permit ${formatSubtree(subtree)}`),
        ...excluded.map((subtree) => `exclude ${formatSubtree(subtree)}`),
      ].join(', ');
    }
    case 'unknown':
      return escapeControl(formatAttributeValue(value.value));
    default:
      return value.kind;
  }
}
