// What npm would publish: whole, small in surface, and usable as a program and as a library.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { runProgram, temporaryFolder } from '../support/program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('the package holds what runs, and it runs without node_modules', () => {
  const folder = temporaryFolder();
  const packed = runProgram('npm', ['pack', '--json', '--silent', '--pack-destination', folder], {
    cwd: root,
  });
  expect(packed.status, packed.stderr).toBe(0);
  const [archive = ''] = /mtls-toolkit-[^"]*\.tgz/.exec(packed.stdout) ?? [];
  expect(runProgram('tar', ['-xzf', join(folder, archive), '-C', folder]).status).toBe(0);

  const home = join(folder, 'package');
  const top = new Set(
    runProgram('tar', ['-tzf', join(folder, archive)])
      .stdout.trim()
      .split('\n')
      .map((path) => path.split('/')[1]),
  );
  expect([...top].sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'bin',
    'dist',
    'package.json',
    'templates',
  ]);
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(runProgram(process.execPath, [join(home, 'bin/mtls.js'), '--version']).stdout).toBe(
    `${version}\n`,
  );
  const up = runProgram(process.execPath, [join(home, 'bin/mtls.js'), 'up', 'demo'], {
    cwd: folder,
    env: { HOME: folder },
  });
  expect(up.status, up.stderr).toBe(0);

  const library = pathToFileURL(join(home, 'dist/index.js')).href;
  const script = `
    import { readBundle } from ${JSON.stringify(library)};
    import { readFileSync } from 'node:fs';
    const { certificates } = readBundle(readFileSync('demo/server.crt'));
    console.log(certificates[0].names.length);`;
  const used = runProgram(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
  expect(used.stderr).toBe('');
  expect(used.stdout).toBe('3\n');
  expect(readFileSync(join(home, 'dist/types/index.d.ts'), 'utf8')).toMatch(/verifyCertificate/);
});
