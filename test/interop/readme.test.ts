// The README's table of openssl commands: both columns are run, in its order, and compared.
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runProgram, type Finished } from '../support/program.ts';
import { hasPeer } from './support/peers.ts';

interface Row {
  readonly use: string;
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Commands in backticks; `\|` is a pipe, as Markdown's tables want it. */
function commands(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text.replaceAll('\\|', '|'));
}

function readTable(): Row[] {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const [, table = ''] = /<!-- openssl-table -->([^]*)<!-- \/openssl-table -->/.exec(text) ?? [];
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => {
      const [use = '', theirs = '', ours = ''] = line.split(/(?<!\\)\|/).slice(1);
      return { use: use.trim(), theirs: commands(theirs), ours: commands(ours) };
    });
}

const rows = readTable();
const present = hasPeer('openssl', ['version']) && hasPeer('kubectl', ['version', '--client']);

let folder: string;
let bin: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mtls-readme-'));
  bin = mkdtempSync(join(tmpdir(), 'mtls-bin-'));
  const shim = join(bin, 'mtls');
  writeFileSync(
    shim,
    `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/mtls.js')}' "$@"\n`,
  );
  chmodSync(shim, 0o755);
});
afterAll(() => {
  for (const path of [folder, bin]) rmSync(path, { recursive: true, force: true });
});

function run(command: string, cwd = folder): Finished {
  const path = `${bin}:${process.env['PATH'] ?? ''}`;
  return runProgram('sh', ['-c', command], { cwd, env: { PATH: path, HOME: folder } });
}

function runAll(list: readonly string[], cwd?: string): Finished {
  let last: Finished = { status: 0, stdout: '', stderr: '' };
  for (const command of list) {
    last = run(command, cwd);
    if (last.status !== 0) break;
  }
  return last;
}

const openssl = (line: string): string => {
  const { status, stdout, stderr } = run(`openssl ${line}`);
  expect(status, stderr).toBe(0);
  return stdout;
};

const row = (use: string): Row => {
  const found = rows.find((candidate) => candidate.use === use);
  if (!found) throw new Error(`the README has no row ${use}`);
  return found;
};

/** Runs both columns of a row, which must both succeed. */
function both(use: string): { readonly theirs: Finished; readonly ours: Finished } {
  const { theirs, ours } = row(use);
  const results = { theirs: runAll(theirs), ours: runAll(ours) };
  expect(results.theirs.status, results.theirs.stderr).toBe(0);
  expect(results.ours.status, results.ours.stderr).toBe(0);
  return results;
}

const san = (file: string): string =>
  /X509v3 Subject Alternative Name:[^\n]*\n\s*([^\n]*)/.exec(
    openssl(`x509 -in ${file} -noout -text`),
  )?.[1] ?? '';

const subject = (file: string): string =>
  openssl(`x509 -in ${file} -noout -subject -nameopt RFC2253`);

it('the README’s lines run in their order', () => {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const [, block = ''] = /<!-- runs -->\s*```sh\n([^]*?)```/.exec(text) ?? [];
  const place = mkdtempSync(join(tmpdir(), 'mtls-lines-'));
  try {
    const { status, stdout, stderr } = runProgram('sh', ['-ec', block], {
      cwd: place,
      env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: place },
    });
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('not bounded');
    expect(block.match(/^mtls /gm)).toHaveLength(14);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
});

describe.skipIf(!present)('the README’s table', { concurrent: false }, () => {
  it('has the rows that this test knows', () => {
    expect(rows.map(({ use }) => use)).toEqual([
      'root CA',
      'client certificate',
      'server certificate',
      'request',
      'sign a request',
      'Secret',
      'Secret by base64',
      'expiry',
      'chain',
      'chain, wrong root',
      'key match',
      'names',
      'sidecar',
      'try it',
      'try it',
    ]);
  });

  it('root CA: the same subject, key size and life', () => {
    both('root CA');
    writeFileSync(join(folder, 'ours-root.crt'), run('mtls ca export').stdout);
    for (const file of ['rootCA.crt', 'ours-root.crt']) {
      expect(subject(file)).toBe('subject=CN=root-ca\n');
      expect(openssl(`x509 -in ${file} -noout -text`)).toMatch(/Public-Key: \(2048 bit\)/);
      expect(run(`openssl x509 -in ${file} -noout -checkend ${364 * 86400}`).status).toBe(0);
      expect(run(`openssl x509 -in ${file} -noout -checkend ${366 * 86400}`).status).toBe(1);
    }
  });

  it.each(['client', 'server'])('%s certificate: the same subject; ours has names', (name) => {
    both(`${name} certificate`);
    expect(subject(`ours/${name}.crt`)).toBe(subject(`${name}.crt`));
    expect(san(`${name}.crt`)).toBe('');
    expect(san(`ours/${name}.crt`)).toBe(
      name === 'client' ? 'DNS:client' : 'DNS:server.example.org',
    );
    expect(openssl(`verify -CAfile ours/ca.crt -purpose ssl${name} ours/${name}.crt`)).toMatch(
      /OK/,
    );
  });

  it('request: the same names', () => {
    both('request');
    const asked = (file: string) =>
      /Alternative Name:[^\n]*\n\s*([^\n]*)/.exec(
        openssl(`req -in ${file} -noout -text -verify`),
      )?.[1];
    expect(asked('app.csr')).toBe('DNS:app.example.org');
    expect(asked('ours/app.csr')).toBe('DNS:app.example.org');
  });

  it('sign: the same key; openssl dropped the names, we kept them', () => {
    both('sign a request');
    expect(openssl('x509 -in ours/app.crt -noout -pubkey')).toBe(
      openssl('x509 -in app.crt -noout -pubkey'),
    );
    expect(san('app.crt')).toBe('');
    expect(san('ours/app.crt')).toBe('DNS:app.example.org');
  });

  it('Secret: the same type and keys, and the roots beside them', () => {
    const { theirs, ours } = both('Secret');
    const read = ({ stdout }: Finished) =>
      parse(stdout) as { kind: string; type: string; data: Record<string, string> };
    const [a, b] = [read(theirs), read(ours)];
    expect([b.kind, b.type]).toEqual([a.kind, a.type]);
    expect(Object.keys(a.data).sort()).toEqual(['tls.crt', 'tls.key']);
    expect(Object.keys(b.data).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
    for (const [key, file] of [
      ['tls.crt', 'ours/client.crt'],
      ['tls.key', 'ours/client.key'],
      ['ca.crt', 'ours/ca.crt'],
    ] as const)
      expect(Buffer.from(b.data[key] ?? '', 'base64').toString()).toBe(
        readFileSync(join(folder, file), 'utf8'),
      );
  });

  it('Secret by base64: found as it stands, and where somebody filled it in', () => {
    const { theirs, ours } = row('Secret by base64');
    expect(runAll(theirs).status).toBe(0);
    const plain = runAll(ours);
    expect(plain.status).toBe(1);
    expect(plain.stdout).toMatch(/\$\(base64 rootCA\.crt\)", which nothing replaces/);
    const guide = join(folder, 'guide.yaml');
    const filled = readFileSync(guide, 'utf8').replace(/\$\(base64 (\S+)\)/g, (_, file: string) =>
      readFileSync(join(folder, file)).toString('base64'),
    );
    writeFileSync(guide, filled);
    const { status, stdout } = runAll(ours);
    expect(status).toBe(1);
    expect(stdout).toContain('[CA_KEY_IN_SECRET]');
  });

  it('expiry: the same moment', () => {
    const { theirs, ours } = both('expiry');
    const [, date = ''] = /notAfter=(.*)/.exec(theirs.stdout) ?? [];
    const [, shown = ''] = /expires +(\S+ \S+) UTC/.exec(ours.stdout) ?? [];
    expect(new Date(`${shown.replace(' ', 'T')}Z`)).toEqual(new Date(date));
  });

  it('chain: both say yes', () => {
    const { theirs } = both('chain');
    expect(theirs.stdout).toMatch(/OK/);
  });

  it('chain, wrong root: both say no', () => {
    const { theirs, ours } = row('chain, wrong root');
    expect(runAll(theirs).status).not.toBe(0);
    expect(runAll(ours).status).toBe(1);
  });

  it('key match: both say yes, and no for another key', () => {
    const { theirs, ours } = row('key match');
    const [certificate = '', key = ''] = theirs;
    expect(run(certificate).stdout).toBe(run(key).stdout);
    expect(runAll(ours).status).toBe(0);
    expect(run(key.replace('client.key', 'server.key')).stdout).not.toBe(run(certificate).stdout);
    expect(run((ours[0] ?? '').replace('client.key', 'server.key')).status).toBe(1);
  });

  it('names: the same', () => {
    const { theirs, ours } = both('names');
    expect(theirs.stdout).toContain('DNS:server.example.org');
    expect(ours.stdout).toContain('DNS:server.example.org');
  });

  it('sidecar: what stands in base64 in the JSON', () => {
    const inline = (file: string) => ({
      inlineBytes: readFileSync(join(folder, file)).toString('base64'),
    });
    // As Envoy's config dump has it, which istioctl prints
    const secrets = [
      {
        name: 'default',
        secret: { tlsCertificate: { certificateChain: inline('ours/server.crt') } },
      },
      { name: 'ROOTCA', secret: { validationContext: { trustedCa: inline('ours/ca.crt') } } },
    ];
    writeFileSync(join(folder, 'sidecar.json'), JSON.stringify({ dynamicActiveSecrets: secrets }));
    writeFileSync(
      join(bin, 'istioctl'),
      '#!/bin/sh\ncase "$*" in *" -o json") cat sidecar.json;; *) echo "RESOURCE NAME     TYPE";; esac\n',
      { mode: 0o755 },
    );
    const { theirs, ours } = both('sidecar');
    expect(theirs.stdout).not.toContain('server.example.org');
    expect(ours.stdout).toContain('DNS:server.example.org');
    expect(ours.stdout).toMatch(/CN=root-ca/);
  });

  describe('try it', () => {
    let server: ChildProcess | undefined;
    beforeAll(async () => {
      const tries = rows.filter(({ use }) => use === 'try it');
      for (const { ours } of tries) expect(runAll(ours).status).toBe(0);
      const lines = JSON.parse(run('mtls up demo --json').stdout) as {
        paste: { id: string; script: string }[];
      };
      const script = lines.paste.find(({ id }) => id === 'node-server')?.script ?? '';
      server = spawn('sh', ['-c', `exec ${script}`], {
        cwd: join(folder, 'demo'),
        stdio: 'ignore',
      });
      await answering();
    });
    afterAll(() => server?.kill());

    it.each([0, 1])('their line %d works with our files', (index) => {
      const { theirs } = rows.filter(({ use }) => use === 'try it')[index] as Row;
      const { status, stdout, stderr } = runAll(theirs, join(folder, 'demo'));
      expect(status, stderr).toBe(0);
      expect(stdout + stderr).toMatch(index === 0 ? /Verification: OK/ : /hello client/);
    });
  });
});

async function answering(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(8443, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      }).on('error', () => {
        resolve(false);
      });
    });
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the server did not answer');
}
