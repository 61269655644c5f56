// The rules of cert-manager's webhook for a Certificate, beyond its schema.
import { toUtf8 } from '../../../base/bytes.ts';
import { isMapping, type Mapping } from '../../../codec/manifest-entries.ts';
import { checkLabels, checkObjectName } from '../../../manifest/kubernetes-names.ts';
import { parseIp } from '../../../name/ip.ts';
import { mappingAt, integerAt, textAt, type Misfit } from '../shape.ts';
import { durationOf, issuerRefOf, namesOf } from './objects.ts';
import { goDuration } from './go-duration.ts';
import { literalSubject } from './literal-subject.ts';
import { passes } from './passes.ts';
import { SIGNATURES } from './shapes.ts';

const MINUTE = 60_000_000_000n;
const HOUR = 60n * MINUTE;
const MAX_COMMON_NAME = 64;
const MAX_ANNOTATIONS = 256 * 1024;

type Rule = (spec: Mapping) => readonly (Misfit | false | undefined)[];

/** What it refuses of a spec whose fields are of their kinds. */
export function certificateMisfits(spec: Mapping): readonly Misfit[] {
  return RULES.flatMap((rule) => rule(spec)).filter((one) => one !== undefined && one !== false);
}

const at = (path: string, what: string): Misfit => ({ path: `spec.${path}`, what });

const RULES: readonly Rule[] = [
  references,
  subject,
  lists,
  privateKey,
  times,
  secretTemplate,
  additions,
];

function references(spec: Mapping): ReturnType<Rule> {
  const secret = textAt(spec, 'secretName') ?? '';
  const { name, kind, builtIn } = issuerRefOf(spec);
  return [
    secret === ''
      ? at('secretName', 'is missing')
      : !passes(() => {
          checkObjectName(secret);
        }) && at('secretName', 'is no name of a Secret'),
    name === '' && at('issuerRef.name', 'is missing'),
    builtIn &&
      !['Issuer', 'ClusterIssuer'].includes(kind) &&
      at('issuerRef.kind', 'is neither Issuer nor ClusterIssuer, and the group is cert-manager’s'),
  ];
}

function subject(spec: Mapping): ReturnType<Rule> {
  const { commonName, dns, ip, uri, email } = namesOf(spec);
  const literal = textAt(spec, 'literalSubject') ?? '';
  const fields = Object.values(mappingAt(spec, 'subject'));
  const parsed = literal === '' ? undefined : literalSubject(literal);
  const name = parsed === undefined || parsed.commonName === '' ? commonName : parsed.commonName;
  const others = [dns, uri, email, ip, listAt(spec, 'otherNames')];
  return [
    literal !== '' && commonName !== '' && at('commonName', 'stands beside a literalSubject'),
    literal !== '' &&
      fields.some(
        (field) => (Array.isArray(field) || typeof field === 'string') && field.length > 0,
      ) &&
      at('subject', 'stands beside a literalSubject'),
    literal !== '' && !parsed && at('literalSubject', 'is no subject'),
    parsed &&
      parsed.unknown.length > 0 &&
      at('literalSubject', 'holds a keyword that cert-manager does not know'),
    name === '' &&
      others.every((list) => list.length === 0) && {
        path: 'spec',
        what: 'asks for no name at all',
      },
    octetsOf(name) > MAX_COMMON_NAME &&
      at(
        literal === '' ? 'commonName' : 'literalSubject',
        `has a common name of more than ${MAX_COMMON_NAME} octets`,
      ),
  ];
}

/** An address alone, by RFC 5322 without quotes, with the letters of RFC 6532. */
const EMAIL = (() => {
  // eslint-disable-next-line no-control-regex -- what an atom may not hold
  const atom = /[^\u0000-\u0020\u007f()<>[\]:;@\\,".]+/.source;
  const atoms = `${atom}(?:\\.${atom})*`;
  return new RegExp(`^${atoms}@${atoms}$`);
})();

function lists(spec: Mapping): ReturnType<Rule> {
  const { ip, email } = namesOf(spec);
  const formats = listAt(spec, 'additionalOutputFormats').map((one) => textAt(one, 'type'));
  return [
    ...ip.map(
      (one, index) => !parseIp(one) && at(`ipAddresses[${index}]`, 'is no address of IPv4 or IPv6'),
    ),
    ...email.map(
      (one, index) =>
        !EMAIL.test(one) && at(`emailAddresses[${index}]`, 'is no e-mail address by itself'),
    ),
    ...formats.map(
      (one, index) =>
        formats.indexOf(one) < index &&
        at(`additionalOutputFormats[${index}]`, 'is of a type that stands there already'),
    ),
    ...listAt(spec, 'otherNames').flatMap((one, index) => {
      const oid = textAt(one, 'oid') ?? '';
      return [
        !/^[+-]?\d+(?:\.[+-]?\d+)*$/.test(oid) && at(`otherNames[${index}].oid`, 'is no OID'),
        (textAt(one, 'utf8Value') ?? '') === '' &&
          at(`otherNames[${index}].utf8Value`, 'is missing'),
      ];
    }),
  ];
}

const KEY_SIZES: Readonly<Record<string, readonly [fits: (size: number) => boolean, of: string]>> =
  {
    RSA: [(size) => size >= 2048 && size <= 8192, 'between 2048 and 8192 for RSA'],
    ECDSA: [(size) => [256, 384, 521].includes(size), 'of 256, 384 and 521 for ECDSA'],
  };

function privateKey(spec: Mapping): ReturnType<Rule> {
  const key = mappingAt(spec, 'privateKey');
  const algorithm = textAt(key, 'algorithm') ?? 'RSA';
  const size = integerAt(key, 'size') ?? 0;
  const [fits, bounds] = KEY_SIZES[algorithm] ?? [() => true, ''];
  const signature = textAt(spec, 'signatureAlgorithm');
  const allowed = SIGNATURES[algorithm] ?? [];
  return [
    size > 0 && !fits(size) && at('privateKey.size', `is none ${bounds}`),
    signature !== undefined &&
      allowed.length > 0 &&
      !allowed.includes(signature) &&
      at('signatureAlgorithm', `is none that a key of ${algorithm} makes`),
  ];
}

function times(spec: Mapping): ReturnType<Rule> {
  const [lifetime, before] = [textAt(spec, 'duration'), textAt(spec, 'renewBefore')];
  const percentage = integerAt(spec, 'renewBeforePercentage');
  const ahead = before === undefined ? undefined : goDuration(before);
  const unread = [
    lifetime !== undefined && goDuration(lifetime) === undefined && noDuration('duration'),
    before !== undefined && ahead === undefined && noDuration('renewBefore'),
  ];
  // Without either it does not look at the percentage
  if (unread.some(Boolean) || (lifetime === undefined && before === undefined)) return unread;
  const duration = durationOf(spec);
  // It counts from the other end here than where it renews
  const rest = percentage === undefined ? undefined : (duration * BigInt(100 - percentage)) / 100n;
  return [
    duration < HOUR && at('duration', 'is less than an hour'),
    ahead !== undefined &&
      percentage !== undefined &&
      at('renewBeforePercentage', 'stands beside renewBefore'),
    ahead !== undefined && ahead < 5n * MINUTE && at('renewBefore', 'is less than five minutes'),
    ahead !== undefined && ahead >= duration && at('renewBefore', 'is no less than the duration'),
    rest !== undefined &&
      (rest < 5n * MINUTE || rest >= duration) &&
      at('renewBeforePercentage', 'leaves less than five minutes, or all of the lifetime'),
  ];
}

function octetsOf(text: string): number {
  return toUtf8(text).length;
}

function noDuration(field: string): Misfit {
  return at(field, 'is no duration as Go has it, with h, m and s and no days: 2160h');
}

function secretTemplate(spec: Mapping): ReturnType<Rule> {
  const template = mappingAt(spec, 'secretTemplate');
  const labels = Object.entries(mappingAt(template, 'labels'));
  const annotations = Object.entries(mappingAt(template, 'annotations'));
  const octets = annotations.flat().reduce<number>((sum, one) => sum + octetsOf(String(one)), 0);
  const isLabel = (key: string, value: unknown) =>
    passes(() => {
      checkLabels({ [key]: String(value) });
    });
  return [
    ...labels.map(
      ([key, value]) => !isLabel(key, value) && at(`secretTemplate.labels.${key}`, 'is no label'),
    ),
    ...annotations.flatMap(([key]) => [
      key.startsWith('cert-manager.io/') &&
        key !== 'cert-manager.io/allow-direct-injection' &&
        at(`secretTemplate.annotations.${key}`, 'is one that cert-manager writes itself'),
      !isLabel(key.toLowerCase(), '') &&
        at(`secretTemplate.annotations.${key}`, 'has no key of an annotation'),
    ]),
    octets > MAX_ANNOTATIONS && at('secretTemplate.annotations', 'are more than 256 KiB'),
  ];
}

function additions(spec: Mapping): ReturnType<Rule> {
  const constraints = spec['nameConstraints'];
  const history = integerAt(spec, 'revisionHistoryLimit');
  const renewal = mappingAt(spec, 'renewal');
  const keystores = mappingAt(spec, 'keystores');
  return [
    history !== undefined && history < 1 && at('revisionHistoryLimit', 'is less than 1'),
    ...(isMapping(constraints)
      ? [
          spec['isCA'] !== true && at('nameConstraints', 'binds nothing without isCA: true'),
          !isMapping(constraints['permitted']) &&
            !isMapping(constraints['excluded']) &&
            at('nameConstraints', 'neither permits nor excludes'),
        ]
      : []),
    ...['jks', 'pkcs12'].flatMap((kind) => {
      const store = keystores[kind];
      return isMapping(store) ? [storePassword(kind, store)] : [];
    }),
    isMapping(spec['renewal']) &&
      textAt(renewal, 'policy') === undefined &&
      at('renewal.policy', 'is missing'),
    textAt(renewal, 'policy') === 'Disabled' &&
      listAt(renewal, 'windows').length > 0 &&
      at('renewal.windows', 'stand beside the policy Disabled'),
  ];
}

function storePassword(kind: string, store: Mapping): Misfit | false {
  const password = textAt(store, 'password');
  const named = (textAt(mappingAt(store, 'passwordSecretRef'), 'name') ?? '') !== '';
  if (password === '') return at(`keystores.${kind}.password`, 'is empty');
  return (
    (password !== undefined) === named &&
    at(`keystores.${kind}`, 'needs either a password or a passwordSecretRef')
  );
}

function listAt(value: Mapping, key: string): readonly Mapping[] {
  const held = value[key];
  return Array.isArray(held) ? held.filter(isMapping) : [];
}
