// A token of SoftHSM2, and the npm package that reaches it, each in a folder of its own.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasPeer } from '../support/peers.ts';

const required = process.env['MTLS_REQUIRE_PEERS'] === '1';
const MAKE_KEYS = fileURLToPath(new URL('make-keys.cjs', import.meta.url));

/** The version that the package is tried with. */
const PACKAGE = 'pkcs11js@2.1.7';

export const PIN = '5678';

export interface Token {
  readonly module: string;
  /** What programs need to reach it. */
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/** Where distributions put the module. */
function modulePath(): string | undefined {
  const places = ['/usr/lib/softhsm', '/usr/lib64/pkcs11', '/usr/local/lib/softhsm'];
  const below = existsSync('/usr/lib')
    ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'softhsm'))
    : [];
  return [...places, ...below]
    .map((place) => join(place, 'libsofthsm2.so'))
    .find((path) => existsSync(path));
}

export const hasSoftHsm = hasPeer('softhsm2-util') && modulePath() !== undefined;

/**
 * Makes a token "ca" with keys in it, each `type:label`. Undefined where the package can not be
 * installed, which fails where peers are required.
 */
export function softToken(keys: readonly string[]): Token | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-token-'));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  const installed = spawnSync(
    'npm',
    ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', PACKAGE],
    { encoding: 'utf8', cwd: folder, timeout: 240_000 },
  );
  if (installed.status !== 0) {
    remove();
    if (required) throw new Error(`${PACKAGE} is not to be installed: ${installed.stderr}`);
    return undefined;
  }
  mkdirSync(join(folder, 'tokens'));
  const configuration = join(folder, 'softhsm2.conf');
  writeFileSync(
    configuration,
    `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  const module = modulePath() ?? '';
  const env = {
    SOFTHSM2_CONF: configuration,
    NODE_PATH: join(folder, 'node_modules'),
    MTLS_PKCS11_MODULE: module,
  };
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { env: { ...process.env, ...env }, stdio: 'pipe' });
  run('softhsm2-util', [
    ...['--init-token', '--free', '--label', 'ca'],
    ...['--so-pin', '123456', '--pin', PIN],
  ]);
  run(process.execPath, [MAKE_KEYS, module, PIN, ...keys]);
  return { module, env, remove };
}
