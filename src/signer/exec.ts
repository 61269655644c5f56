// A program that signs: how a KMS or an HSM with tools of its own joins. docs/signers.md has the
// protocol.
import { MtlsError } from '../base/errors.ts';
import { toHex } from '../base/bytes.ts';
import { escapeControl, cutText, quoteForeign } from '../base/text.ts';
import { digest } from '../crypto/digest.ts';
import type { PublicKey } from '../crypto/key.ts';
import type { Signer } from '../crypto/sign.ts';
import { runProgram, type ProgramEnd } from './program.ts';
import { remoteSigner, type SignQuestion } from './remote.ts';
import type { ExecSpec } from './spec.ts';

/** Where a signer runs. */
export interface SignerSurroundings {
  /** Handed on as it is when the signer is run: without the variables of passphrases. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal?: AbortSignal | undefined;
}

/** An RSA signature of 16,384 bits takes 2 KiB. */
const MAX_ANSWER = 4096;

/**
 * A signer that runs a program for each signature: the digest on its stdin, the signature on its
 * stdout. Its `sign` throws SIGNER_FAILED, SIGNER_WRONG, and the reason of an abort.
 */
export function execSigner(
  spec: ExecSpec,
  publicKey: PublicKey,
  surroundings: SignerSurroundings,
): Signer {
  const told = `the signer ${quoteForeign(spec.argv[0])}`;
  return remoteSigner(publicKey, told, async (question) => {
    const end = await runProgram({
      argv: spec.argv,
      input: question.input,
      env: environment(question, publicKey, surroundings),
      cwd: surroundings.cwd,
      timeout: spec.timeout,
      max: MAX_ANSWER,
      signal: surroundings.signal,
    });
    if (end.kind === 'ended' && end.code === 0 && end.stdout.length > 0) return end.stdout;
    throw failed(end, spec, told);
  });
}

function environment(
  { algorithm }: SignQuestion,
  publicKey: PublicKey,
  { env }: SignerSurroundings,
): Record<string, string | undefined> {
  return {
    ...env,
    MTLS_SIGN_PROTOCOL: '1',
    MTLS_SIGN_ALGORITHM: algorithm.name,
    MTLS_SIGN_HASH: algorithm.hash ?? 'none',
    MTLS_SIGN_KEY_SHA256: toHex(digest('sha256', publicKey.spki)),
  };
}

function failed(end: ProgramEnd, spec: ExecSpec, told: string): MtlsError {
  const said = end.stderr.trim();
  const { what, hint } = outcomeOf(end, spec);
  return new MtlsError(
    'SIGNER_FAILED',
    `${told} ${what}${said === '' ? '' : `, and says: ${escapeControl(cutText(said, 400))}`}`,
    {
      hint,
      data: { program: spec.argv[0], outcome: end.kind },
      ...(end.kind === 'not-started' && { cause: end.cause }),
    },
  );
}

function outcomeOf(end: ProgramEnd, spec: ExecSpec): { what: string; hint: string } {
  const again = 'run it by hand, with 32 octets on its standard input, and see what it says';
  switch (end.kind) {
    case 'ended':
      return end.code === 0
        ? { what: 'returned nothing', hint: 'it must write the signature on its standard output' }
        : { what: `ended with exit code ${end.code}`, hint: again };
    case 'signal':
      return { what: `was ended by ${end.name}`, hint: again };
    case 'too-long':
      return {
        what: `did not answer within ${spec.timeout / 1000} s, and was ended`,
        hint: 'give it more time with --signer-timeout, or "timeout" in config.yaml',
      };
    case 'too-much':
      return {
        what: `returned more than ${MAX_ANSWER} bytes, and was ended`,
        hint: 'it must write the signature on its standard output, and nothing else',
      };
    case 'not-started':
      return notStarted(end.cause);
  }
}

function notStarted({ code, message }: NodeJS.ErrnoException): { what: string; hint: string } {
  switch (code) {
    case 'ENOENT':
      return {
        what: 'is not there',
        hint: 'check its path, and the interpreter in its first line where it is a script',
      };
    case 'EACCES':
    case 'EPERM':
      return { what: 'may not be executed', hint: 'make it executable: chmod +x' };
    default:
      return {
        what: `could not be started: ${code ?? message}`,
        hint: 'a script begins with a line such as #!/bin/sh',
      };
  }
}
