// The six profiles. Other systems' demands on them: CAs carry no extended key usage, because Go
// reads one without serverAuth as a bound on the whole chain (Istio, Linkerd and SPIRE then refuse).
import { DAY, YEAR } from '../base/clock.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { EXTENDED_KEY_USAGES, type KeyUsage } from '../x509/extension-names.ts';
import {
  LEAF_PROFILE_NAMES,
  type LeafProfileName,
  type Profile,
  type ProfileName,
} from './profile.ts';

const { serverAuth, clientAuth } = EXTENDED_KEY_USAGES;

const caUsage = (): readonly KeyUsage[] => ['keyCertSign', 'cRLSign'];

/** RSA key transport encrypts to the key; no other key type of ours can (RFC 5480 §3, RFC 8410 §5). */
const leafUsage = (family: 'rsa' | 'other'): readonly KeyUsage[] =>
  family === 'rsa' ? ['digitalSignature', 'keyEncipherment'] : ['digitalSignature'];

const ca = { ca: true, keyType: 'ec-p256', keyUsage: caUsage, extendedKeyUsage: [] } as const;
const leaf = { ca: false, ttl: 90 * DAY, keyType: 'ec-p256', keyUsage: leafUsage } as const;

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  root: { ...ca, name: 'root', ttl: 10 * YEAR, subjectFromName: false },
  intermediate: {
    ...ca,
    name: 'intermediate',
    ttl: 5 * YEAR,
    pathLength: 0,
    subjectFromName: false,
  },
  server: { ...leaf, name: 'server', extendedKeyUsage: [serverAuth], subjectFromName: true },
  client: { ...leaf, name: 'client', extendedKeyUsage: [clientAuth], subjectFromName: true },
  peer: {
    ...leaf,
    name: 'peer',
    extendedKeyUsage: [serverAuth, clientAuth],
    subjectFromName: true,
  },
  svid: {
    ...leaf,
    name: 'svid',
    extendedKeyUsage: [serverAuth, clientAuth],
    subjectFromName: false,
  },
};

/** Reads `--profile`. Throws BAD_OPTION. */
export function parseLeafProfile(text: string): LeafProfileName {
  const found = LEAF_PROFILE_NAMES.find((name) => name === text.trim().toLowerCase());
  if (found) return found;
  throw new MtlsError('BAD_OPTION', `unknown profile ${quoteForeign(text)}`, {
    hint: `one of ${LEAF_PROFILE_NAMES.join(', ')}`,
  });
}
