// Set-ups made by Go's crypto/x509.
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { datesOf, subjectOf, type Made, type Maker } from './shape.ts';

let program: string | undefined;

/** Built once per run. */
function built(): string {
  if (program === undefined) {
    program = join(mkdtempSync(join(tmpdir(), 'mtls-doctor-')), 'make');
    execFileSync('go', ['build', '-o', program, '.'], {
      cwd: fileURLToPath(new URL('go', import.meta.url)),
      stdio: 'inherit',
    });
  }
  return program;
}

export const byGo: Maker = (specs) => {
  const input = Object.entries(specs).map(([name, spec]) => {
    const [from, to] = datesOf(spec);
    const { ca, pathLen, eku, dns, ip, uri, permit, by, key, keyOf } = spec;
    return {
      ...{ name, subject: subjectOf(spec), from, to, by, key, keyOf },
      ...{ ca, pathLen, eku, dns, ip, uri, permit },
    };
  });
  return JSON.parse(
    execFileSync(built(), { input: JSON.stringify(input), encoding: 'utf8' }),
  ) as Readonly<Record<string, Made>>;
};
