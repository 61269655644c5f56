// The options of the commands that make CAs.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { caRequestOf } from '../ca/ca-request.ts';
import { parseTrustDomain } from '../name/spiffe.ts';
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
  const { subject, permit, exclude, trustDomain, pathLen } = options;
  return caRequestOf(
    {
      subject,
      permit,
      exclude,
      trustDomain,
      ...readKeyType(options),
      ...readValidity(options, now),
      ...(pathLen !== undefined && { pathLength: readPathLength(pathLen) }),
    },
    name,
  );
}

/** Reads `--trust-domain`, a name or a SPIFFE ID in it. Throws BAD_SPIFFE_ID. */
export function readTrustDomain({ trustDomain }: Options): string | undefined {
  return trustDomain === undefined ? undefined : parseTrustDomain(trustDomain);
}

function readPathLength(text: string): number | null {
  if (text === 'none') return null;
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new MtlsError('BAD_OPTION', `--path-len does not take ${quoteForeign(text)}`, {
    hint: 'give a whole number, 0 for no CA below, or "none" for no bound',
  });
}
