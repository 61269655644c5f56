// One home, two ways in: what the library writes the program reads, and the other way round.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { initCa, inspect, match, openCa, verify } from '../../src/index.ts';
import { mtls, mtlsOk, temporaryFolder } from '../support/program.ts';

interface Listed {
  readonly certificates: readonly { readonly serial: string; readonly status: string }[];
}

const serials = (text: string): string[] =>
  (JSON.parse(text) as Listed).certificates.map(({ serial }) => serial);

it('the program lists, shows, verifies and revokes what the library issued', async () => {
  const cwd = temporaryFolder();
  const home = join(cwd, 'pki');
  const ca = await initCa({ home, name: 'dev', passphrase: 'correct horse' });
  const api = await ca.issue({ names: ['api.test', '10.0.0.7'], profile: 'peer' });
  const web = await ca.issue('web.test');
  writeFileSync(join(cwd, 'api.crt'), api.cert);
  writeFileSync(join(cwd, 'pass'), 'correct horse\n');

  const run = (...args: string[]) => mtlsOk([...args, '--home', home], { cwd });
  expect(serials(run('list', '--json'))).toEqual([api.certificate.serial, web.certificate.serial]);
  expect(run('ca', 'show', 'dev')).toContain('encrypted');
  expect(run('verify', 'api.crt', '--host', 'api.test')).toContain('valid:');
  run('revoke', 'api.crt', '--passphrase-file', 'pass');
  expect([...ca.list()].map(({ status }) => status)).toEqual(['revoked', 'valid']);
  expect(mtls(['verify', 'api.crt', '--home', home], { cwd }).status).toBe(1);
  expect(run('ca', 'list', '--json')).toContain('"dev"');
});

it('the library lists, verifies and revokes what the program issued', async () => {
  const cwd = temporaryFolder();
  const home = join(cwd, 'pki');
  const run = (...args: string[]) => mtlsOk([...args, '--home', home], { cwd });
  run('ca', 'init', 'root', '--no-passphrase', '--trust-domain', 'example.org');
  run('ca', 'intermediate', 'mesh', '--ca', 'root', '--trust-domain', 'example.org');
  run('issue', 'spiffe://example.org/ns/prod/sa/api', '--ca', 'mesh', '--out', 'out');
  const read = (name: string) => readFileSync(join(cwd, 'out', name));
  const [file = ''] = /[\w-]+\.crt/.exec(run('list', '--json')) ?? [];
  const cert = read(file);

  const mesh = openCa({ home, name: 'mesh' });
  expect([...mesh.list()].map(({ names, files }) => [names, files.certificate])).toEqual([
    [['URI:spiffe://example.org/ns/prod/sa/api'], join(cwd, 'out', file)],
  ]);
  const trust = { ca: read('ca.crt'), svid: true };
  expect(verify(cert, trust).ok).toBe(true);
  expect(match([cert, read(file.replace('.crt', '.key'))]).ok).toBe(true);
  // What was in files is renewed in files
  const renewed = await mesh.renew(cert);
  expect(read(file).toString()).toBe(renewed.cert);
  expect(match([read(file), read(file.replace('.crt', '.key'))]).ok).toBe(true);
  const { crl } = await mesh.revoke(cert);
  expect(verify(cert, { ...trust, crl }).fault?.code).toBe('REVOKED');
  expect(JSON.parse(run('list', '--json'))).toMatchObject({
    certificates: [{ status: 'revoked' }, { status: 'valid' }, { profile: 'intermediate' }],
  });
});

it('both say the same of the same certificates', async () => {
  const cwd = temporaryFolder();
  const ca = await initCa({ home: join(cwd, 'pki') });
  const { cert, key } = await ca.issue(['api.test', 'alice@example.org']);
  writeFileSync(join(cwd, 'all.pem'), cert + ca.roots + key);
  writeFileSync(join(cwd, 'ca.crt'), ca.roots);
  const printed = (...args: string[]) => {
    const { stdout } = mtls([...args, '--json'], { cwd });
    return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  };
  const told = (value: unknown) =>
    JSON.parse(JSON.stringify(value).replaceAll('.000Z"', 'Z"')) as object;

  const named = { name: 'all.pem' };
  expect(printed('inspect', 'all.pem')).toMatchObject(told(inspect(cert + ca.roots + key, named)));
  const data = cert + ca.roots + key;
  expect(printed('match', 'all.pem')).toMatchObject(told(match([{ ...named, data }])));
  const bare = (value: object) =>
    JSON.parse(
      JSON.stringify(value, (name, one: unknown) => (name === 'origin' ? undefined : one)),
    ) as object;
  const at = '2020-01-01T00:00:00Z';
  expect(
    bare(printed('verify', 'all.pem', '--ca', './ca.crt', '--host', 'b.test', '--at', at)),
  ).toMatchObject(bare(told(verify(data, { ca: ca.roots, host: 'b.test', at }))));
});
