// What a kind of certificate is, before anyone says for whom.
import type { KeyType } from '../crypto/algorithms.ts';
import type { KeyUsage } from '../x509/extension-names.ts';

export const PROFILE_NAMES = ['root', 'intermediate', 'server', 'client', 'peer', 'svid'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** Profiles that `issue` and `sign` take; the others make CAs. */
export const LEAF_PROFILE_NAMES = ['server', 'client', 'peer', 'svid'] as const;
export type LeafProfileName = (typeof LEAF_PROFILE_NAMES)[number];

export interface Profile {
  readonly name: ProfileName;
  readonly ca: boolean;
  /** Milliseconds from now. */
  readonly ttl: number;
  readonly keyType: KeyType;
  /** Most CAs below, where the profile bounds them. */
  readonly pathLength?: number;
  /** What a key of this family may do. */
  readonly keyUsage: (family: 'rsa' | 'other') => readonly KeyUsage[];
  /** Object identifiers; empty means no extended key usage at all. */
  readonly extendedKeyUsage: readonly string[];
  /** Whether the subject's CN is the first name when no subject is given. */
  readonly subjectFromName: boolean;
}
