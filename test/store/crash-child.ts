// Does what a CA does, and dies by SIGKILL before a chosen change of a file.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const [what, folder = '', deathAt] = process.argv.slice(2);
const CHANGES = [
  'writeSync',
  'fsyncSync',
  'renameSync',
  'linkSync',
  'unlinkSync',
  'openSync',
  'mkdirSync',
  'chmodSync',
  'fchmodSync',
  'ftruncateSync',
  'rmSync',
] as const;

let changes = 0;
const say = (line: string): void => {
  realWrite(1, `${line}\n`);
};
const realWrite = fs.writeSync.bind(fs);

/** Counting begins where the work does, so that every run dies at the same places. */
function arm(): void {
  const calls = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of CHANGES) {
    const real = calls[name];
    calls[name] = (...args) => {
      // An opened folder or file changes nothing unless it is made.
      if (name !== 'openSync' || args[1] === 'wx') {
        if (++changes === Number(deathAt)) {
          // Half of what was to be written gets to the disk.
          if (name === 'writeSync') tear(args);
          process.kill(process.pid, 'SIGKILL');
        }
      }
      return real?.apply(fs, args);
    };
  }
  syncBuiltinESMExports();
}

function tear(args: unknown[]): void {
  const [fd, bytes, offset, length, position] = args as [
    number,
    Uint8Array,
    number,
    number,
    number | null,
  ];
  realWrite(fd, bytes, offset, Math.floor(length / 2), position);
}

const { makeCa, openTestCa } = await import('./support.ts');
const { serialText } = await import('../../src/store/records.ts');

if (what === 'init') {
  arm();
  await makeCa(folder);
  say('made');
} else {
  const { store, signer, leaf } = openTestCa(folder);
  const leaves = [await leaf('one'), await leaf('two'), await leaf('three')];
  arm();
  for (const certificate of leaves) {
    await store.transaction({ signer }, (tx) => {
      tx.issued({ certificate, profile: 'server', outputs: [] });
      return Promise.resolve();
    });
    say(`issued ${serialText(certificate.serial)}`);
  }
  const serial = serialText(leaves[0]?.serial ?? new Uint8Array());
  await store.transaction({ signer }, (tx) => {
    tx.revoked({ serial, reason: 'superseded', revokedAt: new Date('2026-03-02T00:00:00Z') });
    tx.crl({
      number: tx.nextCrlNumber(),
      thisUpdate: new Date('2026-03-02T00:00:00Z'),
      nextUpdate: new Date('2026-04-02T00:00:00Z'),
      entries: 1,
      der: Uint8Array.of(0x30, 0),
    });
    return Promise.resolve();
  });
  say(`revoked ${serial}`);
  await store.saveKey(fs.readFileSync(store.paths.key, 'utf8'));
  say(`saved ${join(store.paths.folder)}`);
}
say(`changes ${changes}`);
