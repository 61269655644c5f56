// The options of the commands that make CAs.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { parseConstraint } from '../name/constraints.ts';
import { parseDn, type DistinguishedName } from '../name/dn.ts';
import { dnOf } from '../name/dn-text.ts';
import { parseTrustDomain } from '../name/spiffe.ts';
import type { GeneralName } from '../name/san.ts';
import type { CaRequest } from '../profile/resolve.ts';
import { value, values, type OptionValues } from './command.ts';
import { KEY_TYPE_OPTION, readKeyType, readValidity, VALIDITY_OPTIONS } from './identity.ts';

const GROUP = 'What it may vouch for:';

export const NEW_CA_OPTIONS = {
  subject: value(
    '--subject <dn>',
    'subject, such as "CN=Example Root,O=Example"; CN=<name> by default',
  ),
  ...KEY_TYPE_OPTION,
  ...VALIDITY_OPTIONS,
  pathLen: value('--path-len <n>', 'levels of CAs allowed below it, or "none" for no bound', GROUP),
  permit: values(
    '--permit <names>',
    'only names under this: example.org, .example.org, 10.0.0.0/8, @example.org, uri:example.org',
    GROUP,
  ),
  exclude: values('--exclude <names>', 'no names under this', GROUP),
  trustDomain: value(
    '--trust-domain <domain>',
    'the SPIFFE trust domain: names the CA, and permits no other',
    GROUP,
  ),
} as const;

type Options = OptionValues<typeof NEW_CA_OPTIONS>;

/** Reads the options as a request. Throws BAD_SUBJECT, BAD_NAME, BAD_SPIFFE_ID, BAD_OPTION … */
export function readCaRequest(options: Options, name: string, now: Date): CaRequest {
  const names: GeneralName[] = [];
  const permitted = options.permit.map(parseConstraint);
  const excluded = options.exclude.map(parseConstraint);
  const domain = readTrustDomain(options);
  if (domain !== undefined) {
    names.push({ kind: 'uri', value: `spiffe://${domain}` });
    // A SPIFFE ID is a URI, and its trust domain the host that RFC 5280 §4.2.1.10 constrains
    permitted.push({ kind: 'uri', value: domain });
  }
  return {
    subject: readCaSubject(options.subject, name),
    ...readKeyType(options),
    ...readValidity(options, now),
    ...(options.pathLen !== undefined && { pathLength: readPathLength(options.pathLen) }),
    constraints: { permitted, excluded },
    names,
  };
}

/** Reads `--trust-domain`, a name or a SPIFFE ID in it. Throws BAD_SPIFFE_ID. */
export function readTrustDomain({ trustDomain }: Options): string | undefined {
  return trustDomain === undefined ? undefined : parseTrustDomain(trustDomain);
}

function readCaSubject(text: string | undefined, name: string): DistinguishedName {
  return text === undefined ? dnOf('CN', name) : parseDn(text);
}

function readPathLength(text: string): number | null {
  if (text === 'none') return null;
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new MtlsError('BAD_OPTION', `--path-len does not take ${quoteForeign(text)}`, {
    hint: 'give a whole number, 0 for no CA below, or "none" for no bound',
  });
}
