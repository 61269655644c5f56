// Names and labels by the API server's rules (apimachinery's validation).
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

/** Sorted when they are written. */
export type Labels = Readonly<Record<string, string>>;

const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const QUALIFIED_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

const MAX_SUBDOMAIN = 253;
const MAX_LABEL = 63;

/**
 * Refuses what is no name of a Secret or ConfigMap: a DNS-1123 subdomain. Throws BAD_NAME.
 *
 * @param most characters, where more are put behind it
 */
export function checkObjectName(name: string, most = MAX_SUBDOMAIN): void {
  if (name.length <= most && SUBDOMAIN.test(name)) return;
  throw new MtlsError('BAD_NAME', `${quoteForeign(name)} is no name of a Kubernetes object`, {
    hint: suggestion(name, most) ?? `lower-case letters, digits, dashes and dots, at most ${most}`,
  });
}

/** Refuses what is no namespace: a DNS-1123 label. Throws BAD_NAME. */
export function checkNamespace(name: string): void {
  if (name.length <= MAX_LABEL && DNS_LABEL.test(name)) return;
  throw new MtlsError('BAD_NAME', `${quoteForeign(name)} is no Kubernetes namespace`, {
    hint:
      suggestion(name.replaceAll('.', '-'), MAX_LABEL) ??
      `lower-case letters, digits and dashes, at most ${MAX_LABEL}`,
  });
}

/** Refuses what is no name of a Service: a DNS-1035 label. Throws BAD_NAME. */
export function checkServiceName(name: string): void {
  if (name.length <= MAX_LABEL && /^[a-z]/.test(name) && DNS_LABEL.test(name)) return;
  throw new MtlsError('BAD_NAME', `${quoteForeign(name)} is no name of a Service`, {
    hint: `lower-case letters, digits and dashes, a letter first, at most ${MAX_LABEL}`,
  });
}

/** Refuses what is no name of a port: an IANA service name. Throws BAD_NAME. */
export function checkPortName(name: string): void {
  if (name.length <= 15 && DNS_LABEL.test(name) && /[a-z]/.test(name) && !name.includes('--'))
    return;
  throw new MtlsError('BAD_NAME', `${quoteForeign(name)} is no port`, {
    hint: 'give its number, or its name in the Service: at most 15 lower-case letters, digits and dashes',
  });
}

/** Refuses what is no key of a Secret or ConfigMap (IsConfigMapKey). Throws BAD_OPTION. */
export function checkDataKey(key: string): void {
  const fits =
    /^[-._a-zA-Z0-9]+$/.test(key) && key.length <= MAX_SUBDOMAIN && !/^\.\.?$|^\.\./.test(key);
  if (fits) return;
  throw new MtlsError('BAD_OPTION', `${quoteForeign(key)} is no key of a Secret or ConfigMap`, {
    hint: `letters, digits, dashes, dots and underscores, at most ${MAX_SUBDOMAIN}: ca.crt`,
  });
}

/** Refuses a name that has to serve as a label's value too. Throws BAD_NAME. */
export function checkLabelValue(name: string): void {
  if (name.length <= MAX_LABEL && QUALIFIED_NAME.test(name)) return;
  throw new MtlsError('BAD_NAME', `${quoteForeign(name)} is too long for the label of its Pods`, {
    hint: `at most ${MAX_LABEL} characters`,
  });
}

const IMAGE_PATH = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const IMAGE_HOST =
  '(?:[A-Za-z0-9](?:[-A-Za-z0-9.]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?';
const IMAGE = new RegExp(
  `^(?:${IMAGE_HOST}/)?${IMAGE_PATH}(?:/${IMAGE_PATH})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);
const MAX_IMAGE = 512;

/** Refuses what is no reference to an image, as distribution's grammar has it. Throws BAD_OPTION. */
export function checkImage(image: string): void {
  if (image.length <= MAX_IMAGE && IMAGE.test(image)) return;
  throw new MtlsError('BAD_OPTION', `${quoteForeign(image)} is no image`, {
    hint: 'write --image example.org/api:1.2.3',
  });
}

// The nearest name that would do, where there is one.
function suggestion(name: string, max: number): string | undefined {
  const near = name
    .slice(0, 2 * max)
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, '-')
    .split('.')
    .map((label) => label.replace(/^-+/, '').replace(/-+$/, ''))
    .filter((label) => label !== '')
    .join('.');
  return near !== '' && near.length <= max ? `write ${near}` : undefined;
}

/** Reads `--label key=value`. Throws BAD_OPTION. */
export function parseLabel(text: string): readonly [key: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1)
    throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} is no label`, {
      hint: 'write --label app=api',
    });
  const [key, value] = [text.slice(0, at), text.slice(at + 1)];
  checkLabel(key, value);
  return [key, value];
}

/** Throws BAD_OPTION. */
export function checkLabels(labels: Labels): void {
  for (const [key, value] of Object.entries(labels)) checkLabel(key, value);
}

function checkLabel(key: string, value: string): void {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  const prefixFits =
    prefix === undefined || (prefix.length <= MAX_SUBDOMAIN && SUBDOMAIN.test(prefix));
  if (!prefixFits || name.length > MAX_LABEL || !QUALIFIED_NAME.test(name))
    throw new MtlsError('BAD_OPTION', `${quoteForeign(key)} is no key of a label`, {
      hint: `letters, digits, dashes, dots and underscores, at most ${MAX_LABEL}, with or without a domain and a slash before: example.org/tier`,
    });
  if (value !== '' && (value.length > MAX_LABEL || !QUALIFIED_NAME.test(value)))
    throw new MtlsError('BAD_OPTION', `${quoteForeign(value)} is no value of a label`, {
      hint: `letters, digits, dashes, dots and underscores, at most ${MAX_LABEL}, a letter or digit at both ends`,
    });
}
