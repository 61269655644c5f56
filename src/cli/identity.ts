// The options that say who a certificate is for, for how long and with which key.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { shellLine } from './render/shell.ts';
import { parseKeyType, type KeyType } from '../crypto/algorithms.ts';
import { parseDn, type DistinguishedName } from '../name/dn.ts';
import { parseIdentityName, parseNameAs, type GeneralName } from '../name/san.ts';
import { parseDuration, parseTime } from '../profile/duration.ts';
import { parseLeafProfile } from '../profile/builtin.ts';
import type { LeafProfileName } from '../profile/profile.ts';
import { argument, value, values, type OptionValues } from './command.ts';

const NAMES = 'Names:';
const VALIDITY = 'Validity and key:';

/** `<identity…>`: each argument tells its own kind. */
export const IDENTITY_ARGUMENT = argument(
  'any',
  'identity',
  'DNS name, *.wildcard, IP address, e-mail or spiffe://… ID; the first names the files',
);

/** Refuses a file where somebody is named: `mtls issue *.csr` means something else. */
export function refuseFiles(identities: readonly string[], cwd: string): void {
  const file = identities.find(
    (word) =>
      /\.(?:csr|req|p10|crt|cer|pem|der|key|p12|pfx)$/i.test(word) &&
      existsSync(resolve(cwd, word)),
  );
  if (file === undefined) return;
  throw new MtlsError('BAD_NAME', `${quoteForeign(file)} is a file, where a name belongs`, {
    hint: /\.(?:csr|req|p10)$/i.test(file)
      ? `to sign a request: ${shellLine(['mtls', 'sign', file])}`
      : 'name whom the certificate is for; a key goes behind --key',
  });
}

export const NAME_OPTIONS = {
  dns: values('--dns <name>', 'add a DNS name', NAMES),
  ip: values('--ip <address>', 'add an IP address', NAMES),
  email: values('--email <address>', 'add an e-mail address', NAMES),
  uri: values('--uri <uri>', 'add a URI', NAMES),
  spiffe: values('--spiffe <id>', 'add a SPIFFE ID', NAMES),
  cn: value('--cn <name>', 'common name of the subject; the first name by default', NAMES),
  subject: value('--subject <dn>', 'the whole subject, such as "CN=api,O=Example"', NAMES),
} as const;

export const VALIDITY_OPTIONS = {
  ttl: value('--ttl <time>', 'lifetime, such as 24h, 90d or 1y', VALIDITY),
  notBefore: value('--not-before <time>', 'start: a date, a time, or +/-duration', VALIDITY),
  notAfter: value('--not-after <time>', 'end: a date, a time, or +/-duration', VALIDITY),
} as const;

export const KEY_TYPE_OPTION = {
  keyType: value(
    '--key-type <type>',
    'ec-p256, ec-p384, ec-p521, ed25519, rsa-2048, rsa-3072 or rsa-4096',
    VALIDITY,
  ),
} as const;

export const PROFILE_OPTION = {
  profile: value('--profile <name>', 'server, client, peer (both) or svid', VALIDITY),
} as const;

/** Reads the names, arguments first. Throws BAD_NAME, BAD_SPIFFE_ID. */
export function readNames(
  identities: readonly string[],
  options: Pick<OptionValues<typeof NAME_OPTIONS>, 'dns' | 'ip' | 'email' | 'uri' | 'spiffe'>,
): readonly GeneralName[] {
  return [
    ...identities.map(parseIdentityName),
    ...NAME_FLAGS.flatMap((flag) => options[flag].map((text) => parseNameAs(flag, text))),
  ];
}

const NAME_FLAGS = ['dns', 'ip', 'email', 'uri', 'spiffe'] as const;

/** Reads `--cn` and `--subject`. Throws BAD_SUBJECT. */
export function readSubject(options: {
  readonly cn: string | undefined;
  readonly subject: string | undefined;
}): { commonName?: string; subject?: DistinguishedName } {
  const { cn, subject } = options;
  return {
    ...(cn !== undefined && { commonName: cn }),
    ...(subject !== undefined && { subject: parseDn(subject) }),
  };
}

/** Reads the validity options. Throws BAD_DURATION, BAD_TIME. */
export function readValidity(
  options: OptionValues<typeof VALIDITY_OPTIONS>,
  now: Date,
): { ttl?: number; notBefore?: Date; notAfter?: Date } {
  const { ttl, notBefore, notAfter } = options;
  return {
    ...(ttl !== undefined && { ttl: parseDuration(ttl) }),
    ...(notBefore !== undefined && { notBefore: parseTime(notBefore, now) }),
    ...(notAfter !== undefined && { notAfter: parseTime(notAfter, now) }),
  };
}

/** Reads `--key-type`. Throws BAD_OPTION. */
export function readKeyType(options: { readonly keyType: string | undefined }): {
  keyType?: KeyType;
} {
  return options.keyType === undefined ? {} : { keyType: parseKeyType(options.keyType) };
}

/** Reads `--profile`. Throws BAD_OPTION. */
export function readProfile(options: { readonly profile: string | undefined }): {
  profile?: LeafProfileName;
} {
  return options.profile === undefined ? {} : { profile: parseLeafProfile(options.profile) };
}
