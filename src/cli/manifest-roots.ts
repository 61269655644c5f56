// The roots that a manifest hands to those who check certificates.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { formatDn } from '../name/dn.ts';
import { distinct } from '../verify/asked.ts';
import { isSelfSigned, type Certificate } from '../x509/certificate.ts';
import { values, type Invocation } from './command.ts';
import { warnOfFixtures } from './test-fixtures.ts';
import { gatherTrust } from './trust.ts';

export const ROOTS_OPTION = {
  ca: values(
    '--ca <ca>',
    'a CA of the home, or a file of roots (with a / or .); all of the home by default',
  ),
} as const;

/**
 * The roots behind `--ca`, each once; those that have expired are said. Throws as `gatherTrust`
 * does, and CHAIN_INVALID for a CA that is no root.
 */
export async function gatherRoots(
  invocation: Invocation,
  ca: readonly string[],
): Promise<readonly Certificate[]> {
  const { context, output } = invocation;
  const { anchors } = await gatherTrust(invocation, ca);
  const roots = distinct(
    anchors
      .map(({ certificate }) => certificate)
      .filter((certificate) => certificate !== undefined),
  );
  const stray = roots.find((root) => !isSelfSigned(root));
  if (stray)
    throw new MtlsError('CHAIN_INVALID', `${showRoot(stray)} is no root`, {
      hint: 'nginx, HAProxy, openssl and Node trust nothing below a root: give the root itself',
    });
  warnOfFixtures(roots, output);
  const now = context.clock();
  for (const root of roots)
    if (root.notAfter < now)
      output.warn(
        `the root ${showRoot(root)} expired on ${root.notAfter.toISOString().slice(0, 10)}`,
      );
  return roots;
}

/** A root as messages call it. */
export function showRoot({ subject }: Certificate): string {
  return quoteForeign(formatDn(subject));
}
