// Signers that are programs: what they are given, what is taken from them, and how they fail.
import { createHash, generateKeyPairSync, verify, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { parsePublicKey } from '../../src/crypto/key.ts';
import type { Signer } from '../../src/crypto/sign.ts';
import { execSigner, type SignerSurroundings } from '../../src/signer/exec.ts';
import type { ExecSpec } from '../../src/signer/spec.ts';
import { temporaryFolder } from '../support/program.ts';

const PROGRAM = fileURLToPath(new URL('../support/signer-program.js', import.meta.url));
const MESSAGE = Buffer.from('what is to be signed');

interface Scene {
  readonly folder: string;
  readonly publicKey: KeyObject;
  readonly signer: Signer;
}

function keyPair(type: string): { publicKey: KeyObject; privateKey: KeyObject } {
  if (type === 'ed25519') return generateKeyPairSync('ed25519');
  if (type.startsWith('rsa'))
    return generateKeyPairSync('rsa', { modulusLength: Number(type.slice(4)) });
  return generateKeyPairSync('ec', { namedCurve: type });
}

function scene(
  type: string,
  words: readonly string[],
  options: Partial<SignerSurroundings> & Partial<Pick<ExecSpec, 'timeout'>> = {},
): Scene {
  const folder = temporaryFolder();
  const { publicKey, privateKey } = keyPair(type);
  const file = join(folder, 'key.pem');
  writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const { timeout = 60_000, ...surroundings } = options;
  const signer = execSigner(
    { kind: 'exec', argv: [process.execPath, PROGRAM, file, ...words], timeout },
    parsePublicKey(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))),
    { env: { PATH: process.env['PATH'] }, cwd: folder, ...surroundings },
  );
  return { folder, publicKey, signer };
}

async function refusal(signer: Signer): Promise<MtlsError> {
  const error: unknown = await Promise.resolve(signer.sign(MESSAGE)).then(
    (signature) => `signed: ${Buffer.from(signature).toString('hex')}`,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MtlsError) return error;
  throw error instanceof Error ? error : new Error(String(error));
}

describe('a program signs', () => {
  it.each([
    ['prime256v1', 'sha256', 'ecdsa-sha256'],
    ['secp384r1', 'sha384', 'ecdsa-sha384'],
    ['secp521r1', 'sha512', 'ecdsa-sha512'],
    ['rsa-2048', 'sha256', 'rsa-sha256'],
    ['ed25519', null, 'ed25519'],
  ])('with a key of %s', async (type, hash, algorithm) => {
    const { publicKey, signer, folder } = scene(type, ['count', 'log']);
    expect(signer.algorithm).toMatchObject({ name: algorithm, hash });
    const signature = await signer.sign(MESSAGE);
    // Node's own word on it, for the message and for no other
    expect(verify(hash, MESSAGE, publicKey, signature)).toBe(true);
    expect(verify(hash, Buffer.from('another'), publicKey, signature)).toBe(false);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe(`${algorithm}\n`);
  });

  it('is told the algorithm, beside what it is handed', async () => {
    const env = { PATH: process.env['PATH'], KMS_REGION: 'eu' };
    const { signer, folder, publicKey } = scene('prime256v1', ['environment', 'env'], { env });
    await signer.sign(MESSAGE);
    const told = JSON.parse(readFileSync(join(folder, 'env'), 'utf8')) as Record<string, string>;
    const spki = publicKey.export({ format: 'der', type: 'spki' });
    expect(told).toMatchObject({
      KMS_REGION: 'eu',
      MTLS_SIGN_PROTOCOL: '1',
      MTLS_SIGN_ALGORITHM: 'ecdsa-sha256',
      MTLS_SIGN_HASH: 'sha256',
      MTLS_SIGN_KEY_SHA256: createHash('sha256').update(spki).digest('hex'),
    });
  });

  it('may complain, and sign all the same', async () => {
    const { signer, publicKey } = scene('prime256v1', ['chatty']);
    expect(verify('sha256', MESSAGE, publicKey, await signer.sign(MESSAGE))).toBe(true);
  });
});

describe('what is no signature by the key is refused', () => {
  it.each([
    ['raw', 'r and s side by side'],
    ['base64', 'it is text'],
    ['twice-hashed', 'unhashed'],
    ['longer', 'unhashed'],
    ['garbage', 'unhashed'],
  ])('%s', async (fault, hint) => {
    const error = await refusal(scene('prime256v1', [fault]).signer);
    expect(error.code).toBe('SIGNER_WRONG');
    expect(error.hint).toContain(hint);
  });

  it('another key’s', async () => {
    const { signer, folder } = scene('prime256v1', []);
    const other = keyPair('prime256v1').privateKey;
    writeFileSync(join(folder, 'key.pem'), other.export({ format: 'pem', type: 'pkcs8' }));
    expect((await refusal(signer)).code).toBe('SIGNER_WRONG');
  });
});

describe('a program that fails', () => {
  it.each([
    ['empty', 'returned nothing'],
    ['huge', 'returned more than 4096 bytes, and was ended'],
    ['endless', 'returned more than 4096 bytes, and was ended'],
    ['sign-and-exit', 'ended with exit code 1'],
    ['killed', 'was ended by SIGTERM'],
  ])('%s', async (fault, what) => {
    const error = await refusal(scene('prime256v1', [fault]).signer);
    expect(error.code).toBe('SIGNER_FAILED');
    expect(error.message).toContain(what);
  });

  it('is quoted, escaped and cut', async () => {
    const { message } = await refusal(scene('prime256v1', ['exit']).signer);
    expect(message).toContain(
      'ended with exit code 3, and says: no credentials \\x1b[31m for it\\nxxx',
    );
    expect(message.length).toBeLessThan(600);
  });

  it('is given up after its time', async () => {
    const { code, message } = await refusal(scene('prime256v1', ['hang'], { timeout: 300 }).signer);
    expect(code).toBe('SIGNER_FAILED');
    expect(message).toContain('did not answer within 0.3 s, and was ended');
  });

  it('is ended by an interruption, with all that it started', async () => {
    const interruption = new AbortController();
    const { signer, folder } = scene('prime256v1', ['hang-below', 'pid'], {
      signal: interruption.signal,
    });
    const signing = Promise.resolve(signer.sign(MESSAGE));
    const pid = join(folder, 'pid');
    while (!existsSync(pid) || readFileSync(pid, 'utf8') === '')
      await new Promise((resolve) => setTimeout(resolve, 10));
    const reason = new Error('interrupted');
    interruption.abort(reason);
    await expect(signing).rejects.toBe(reason);
    await gone(Number(readFileSync(pid, 'utf8')));
    await expect(signer.sign(MESSAGE)).rejects.toBe(reason);
  });

  it.skipIf(process.platform === 'win32')('cannot be started', async () => {
    const folder = temporaryFolder();
    const file = (name: string, text: string, mode: number) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      chmodSync(path, mode);
      return path;
    };
    const { publicKey } = keyPair('prime256v1');
    const spki = parsePublicKey(new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })));
    const started = (program: string) =>
      refusal(
        execSigner({ kind: 'exec', argv: [program], timeout: 60_000 }, spki, {
          env: { PATH: folder },
          cwd: folder,
        }),
      );
    const plain = file('plain', '#!/bin/sh\nexit 0\n', 0o644);
    for (const [program, what] of [
      [join(folder, 'absent'), 'is not there'],
      [file('no-interpreter', '#!/no/such/interpreter\n', 0o755), 'is not there'],
      [plain, 'may not be executed'],
      [folder, 'may not be executed'],
    ] as const) {
      const { code, message } = await started(program);
      expect(code).toBe('SIGNER_FAILED');
      expect(message).toContain(what);
    }
  });

  it('is run without a shell', async () => {
    const folder = temporaryFolder();
    const { signer } = scene('prime256v1', ['count', '$(touch made); echo', '> made'], {
      cwd: folder,
    });
    await signer.sign(MESSAGE);
    expect(existsSync(join(folder, 'made'))).toBe(false);
    expect(existsSync(join(folder, '$(touch made); echo'))).toBe(true);
  });
});

/** Waits until a process is no more; a zombie of ours counts as gone. */
async function gone(pid: number): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    try {
      process.kill(pid, 0);
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return;
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`process ${pid} still runs`);
}
