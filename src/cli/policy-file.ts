// Where a policy comes from: a file, or standard input.
import { resolve } from 'node:path';
import { fromUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import type { Policy } from '../policy/policy.ts';
import { readBoundedFile } from '../store/read.ts';
import type { Context } from './context.ts';
import { readStandardInput, STANDARD_INPUT } from './source.ts';

const MAX_BYTES = 1024 * 1024;

/** Reads a policy. Throws YAML_MALFORMED with the line, and what reading a file does. */
export async function readPolicyFile(
  file: string,
  { cwd, stdin }: Pick<Context, 'cwd' | 'stdin'>,
): Promise<Policy> {
  const input = file === STANDARD_INPUT;
  const bytes = input
    ? await readStandardInput(stdin)
    : readBoundedFile(resolve(cwd, file), { max: MAX_BYTES, what: 'the policy' });
  const text = fromUtf8(bytes);
  if (text === undefined)
    throw new MtlsError('YAML_MALFORMED', `the policy ${quoteForeign(file)} is not UTF-8`, {
      hint: 'save it as UTF-8',
      data: { path: file },
    });
  const { readPolicy } = await import('../policy/read.ts');
  return readPolicy(text, input ? 'standard input' : file);
}
