// What sets for SPIFFE and SPIRE are made of.
import { createPrivateKey } from 'node:crypto';
import type { GeneralName } from '../../src/name/san.ts';
import type { Shape } from './graph.ts';
import type { MeshSetCase } from './mesh-sets.ts';

/** A set, and whether the standard allows what the library lets pass. */
export interface SpiffeCase extends MeshSetCase {
  readonly keeps: boolean;
}

export const uri = (value: string): GeneralName => ({ kind: 'uri', value });

/** With this URI for its only name. */
export const named = (value: string): NonNullable<Shape['extensions']> => ({
  subjectAltName: { kind: 'subjectAltName', names: [uri(value)] },
});

/** The same key in a form of its algorithm alone. */
export const rewritten = (pem: string, type: 'pkcs1' | 'sec1') =>
  createPrivateKey(pem).export({ type, format: 'pem' }).toString();
