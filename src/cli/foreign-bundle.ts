// The trust bundle that another trust domain hands over: a JWK Set or PEM, held against the rules.
import { resolve } from 'node:path';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { readBundle } from '../codec/bundle.ts';
import { readText } from '../codec/detect.ts';
import { isJwksText, readJwks } from '../codec/jwks.ts';
import { bundleFindings } from '../diagnose/mesh/spire-bundle.ts';
import { spiffeBundle } from '../manifest/spire.ts';
import { readBoundedFile } from '../store/read.ts';
import { distinct } from '../verify/asked.ts';
import { isSelfSigned, type Certificate } from '../x509/certificate.ts';
import type { Context } from './context.ts';
import { showRoot } from './manifest-roots.ts';
import type { Output } from './output.ts';

export interface ForeignBundle {
  readonly format: 'spiffe' | 'pem';
  /** As a JWK Set; of PEM made here. */
  readonly jwks: string;
  readonly roots: readonly Certificate[];
}

const MAX_BUNDLE = 4 * 1024 * 1024;

/**
 * Reads the bundle of a trust domain. Warns of what its readers only mind.
 *
 * @throws MtlsError CHAIN_INVALID for one that SPIRE or the standard refuses, NOTHING_FOUND for a
 *   file without roots, and what reading a file does
 */
export function readForeignBundle(
  { context, output }: { readonly context: Context; readonly output: Output },
  path: string,
  trustDomain: string,
): ForeignBundle {
  const bytes = readBoundedFile(resolve(context.cwd, path), {
    max: MAX_BUNDLE,
    what: 'the bundle',
  });
  const text = readText(bytes) ?? '';
  const isJwks = isJwksText(text);
  const given = isJwks ? undefined : rootsIn(bytes, path);
  const jwks = given === undefined ? text : spiffeBundle({ roots: given, sequence: 0 });
  const found = readJwks(jwks, { source: path });
  const findings = found.jwks ? bundleFindings(found.jwks, trustDomain, context.clock()) : [];
  const [fault] = findings.filter(({ severity }) => severity === 'error');
  if (fault)
    throw new MtlsError(
      'CHAIN_INVALID',
      `${quoteForeign(path)} is no bundle to begin with: ${fault.cause}`,
      { hint: 'mtls mesh spire check says all that is wrong with it', data: { path } },
    );
  for (const { cause } of findings) output.warn(cause);
  return {
    format: isJwks ? 'spiffe' : 'pem',
    // No text of JSON goes over a line: without indentation it is a literal block of YAML
    jwks: `${jwks.trim().replace(/\s*\n\s*/g, '\n')}\n`,
    roots: found.parts.flatMap((part) => (part.kind === 'certificate' ? part.certificate : [])),
  };
}

function rootsIn(bytes: Uint8Array, path: string): readonly Certificate[] {
  const roots = distinct(readBundle(bytes, { name: path }).certificates);
  const stray = roots.find((root) => !isSelfSigned(root));
  if (stray || roots.length === 0)
    throw new MtlsError(
      stray ? 'CHAIN_INVALID' : 'NOTHING_FOUND',
      stray ? `${showRoot(stray)} is no root` : `no certificate in ${quoteForeign(path)}`,
      { hint: 'a bundle holds the roots of the trust domain alone', data: { path } },
    );
  return roots;
}
