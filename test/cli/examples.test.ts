// The examples run as their README says.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runProgram, temporaryFolder } from '../support/program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function example(script: string, args: readonly string[] = []) {
  return runProgram('sh', [join(root, 'examples', script), ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: temporaryFolder(),
      MTLS: `${process.execPath} ${join(root, 'bin/mtls.js')}`,
    },
  });
}

it('node-https tells its callers apart', () => {
  const { status, stdout, stderr } = example('node-https/run.sh');
  expect(stderr).toBe('');
  expect(stdout).toBe('200 hello alice\n403 not for bob\n');
  expect(status).toBe(0);
});

it('shell-ci makes a whole set for one run', () => {
  const folder = temporaryFolder();
  const { status, stderr } = example('shell-ci/test-certs.sh', [folder]);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  for (const name of ['api.example.test.crt', 'ca.crt', 'runner.crt', 'secret.yaml'])
    expect(existsSync(join(folder, name)), name).toBe(true);
  expect(statSync(join(folder, 'runner.key')).mode & 0o777).toBe(0o600);
});
