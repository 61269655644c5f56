// A policy: who may call what. Plain data, read once and written for many programs.
import type { Attribute } from '../x509/attribute.ts';

/** A DNS name or a SPIFFE ID in parts, of which some may stand for any. */
export interface NamePattern {
  /** As it is written in the policy, DNS names in lower case. */
  readonly text: string;
  /** Whether there is no `*` in it. */
  readonly exact: boolean;
}

/** Every field that is given must hold of one certificate. At least one is given. */
export interface Subject {
  /** Any certificate that the TLS layer accepted. */
  readonly any?: true;
  /** A common name of the subject, character by character. */
  readonly cn?: string;
  readonly dns?: NamePattern;
  readonly spiffe?: NamePattern;
  readonly extension?: Attribute;
}

/** `text` is the path, what it begins with (a slash last), or what it ends with. */
export interface PathPattern {
  readonly kind: 'exact' | 'prefix' | 'suffix';
  readonly text: string;
}

/** One of the methods, undefined for all, on one of the paths. */
export interface RequestPattern {
  readonly methods: readonly string[] | undefined;
  readonly paths: readonly PathPattern[];
}

export interface Rule {
  readonly name: string;
  readonly effect: 'allow' | 'deny';
  /** One of them is enough. */
  readonly who: readonly Subject[];
  /** One of them is enough. */
  readonly what: readonly RequestPattern[];
  /** Where it stands in its file, from 1. */
  readonly line: number;
}

export interface Policy {
  readonly rules: readonly Rule[];
}
