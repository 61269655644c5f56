// Edits of a CA's folder, each on a real home, and what the audit says of it: everything, by code
// and file, and nothing else.
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mtls, mtlsOk } from '../support/program.ts';

let base = '';
/** Heads of CA dev: after the first certificate, and at the end. */
let heads: { readonly early: string; readonly last: string } = { early: '', last: '' };

const run = (cwd: string, ...args: string[]) => mtlsOk([...args, '--home', 'home'], { cwd });

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'mtls-tampering-'));
  const head = () =>
    (JSON.parse(run(base, 'ca', 'show', 'dev', '--json')) as { head: string }).head;
  run(base, 'ca', 'init', 'root', '--no-passphrase');
  run(base, 'ca', 'intermediate', 'dev', '--ca', 'root', '--no-passphrase');
  run(base, 'ca', 'init', 'other', '--no-passphrase');
  run(base, 'issue', 'x.internal', '--ca', 'other', '--out', 'elsewhere');
  run(base, 'issue', 'a.internal', '--ca', 'dev');
  const early = head();
  cpSync(join(base, 'home'), join(base, 'early'), { recursive: true });
  run(base, 'issue', 'b.internal', '--ca', 'dev');
  run(base, 'issue', 'c.internal', '--ca', 'dev');
  run(base, 'revoke', 'a.internal.crt', '--ca', 'dev');
  copyFileSync(join(base, 'home/ca/dev/crl.pem'), join(base, 'crl-1.pem'));
  run(base, 'ca', 'crl', 'dev');
  run(base, 'issue', 'd.internal', '--ca', 'dev');
  heads = { early, last: head() };
});

afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

/** A copy of the home, with the paths that edits take. */
function copy() {
  const folder = mkdtempSync(join(base, 'copy-'));
  const home = join(folder, 'home');
  cpSync(join(base, 'home'), home, { recursive: true });
  const at = (...path: string[]) => join(home, 'ca/dev', ...path);
  const segment = at('journal/00000001.jsonl');
  return {
    folder,
    home,
    at,
    /** Of another CA of the home. */
    other: (...path: string[]) => join(home, 'ca/other', ...path),
    segment,
    pack: at('certs/00000001.pack'),
    marker: at('journal/HEAD'),
    replace(path: string, from: string | RegExp, to: string): void {
      const text = readFileSync(path, 'utf8');
      const changed = text.replace(from, to);
      if (changed === text) throw new Error(`the edit of ${path} changed nothing`);
      writeFileSync(path, changed);
    },
    lines(change: (lines: string[]) => string[]): void {
      const all = readFileSync(segment, 'utf8').trimEnd().split('\n');
      writeFileSync(segment, `${change(all).join('\n')}\n`);
    },
  };
}

type Copy = ReturnType<typeof copy>;

interface Audit {
  readonly ok: boolean;
  readonly cas: readonly { readonly name: string; readonly head: string | null }[];
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly subject: string;
    readonly evidence: readonly { readonly field: string; readonly value: string }[];
  }[];
}

function audit({ folder, home }: Copy, ...more: string[]) {
  const { status, stdout, stderr } = mtls(
    ['ca', 'audit', 'dev', '--home', home, '--json', ...more],
    { cwd: folder },
  );
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as Audit;
  const told = report.findings.map(
    ({ code, subject }) => `${code} ${relative(join(home, 'ca/dev'), subject) || '.'}`,
  );
  return { status, report, told: told.sort() };
}

const SEGMENT = 'journal/00000001.jsonl';
const PACK = 'certs/00000001.pack';

const hashOf = (line: string) => createHash('sha256').update(line).digest('base64url');

/** Writes a journal's hashes anew from a line on, and the marker, as somebody without the key can. */
function chainAnew(ca: Copy): void {
  ca.lines((all) => {
    const chained: string[] = [];
    for (const line of all) {
      const before = chained.at(-1);
      const prev = before === undefined ? '' : hashOf(before);
      chained.push(line.replace(/"prev":"[^"]*"/, `"prev":"${prev}"`));
    }
    return chained;
  });
  markLast(ca);
}

/** Points the marker at the last line that is there. */
function markLast(ca: Copy): void {
  const text = readFileSync(ca.segment, 'utf8');
  const head = text.trimEnd().split('\n').at(-1) ?? '';
  const marker = { v: 1, segment: 1, length: text.length, headLength: head.length + 1 };
  writeFileSync(ca.marker, JSON.stringify({ ...marker, hash: hashOf(head) }));
}

// Lines: 0 created, 1 head, 2 a, 3 head, 4 b, 5 head, 6 c, 7 head, 8 a revoked, 9 CRL 1, 10 head,
// 11 CRL 2, 12 head, 13 d, 14 head
const without =
  (...gone: number[]) =>
  (all: string[]) =>
    all.filter((_, i) => !gone.includes(i));
const swapped = (a: number, b: number) => (all: string[]) =>
  all.map((line, i) => all[i === a ? b : i === b ? a : i] ?? line);

const EDITS: readonly [what: string, edit: (ca: Copy) => void, told: readonly string[]][] = [
  [
    'a subject changed',
    (ca) => {
      ca.replace(ca.segment, 'CN=b.', 'CN=x.');
    },
    [`RECORD_CHANGED ${SEGMENT}`],
  ],
  [
    'a serial changed',
    (ca) => {
      ca.replace(ca.segment, /("n":4,.*?"serial":")(..)/, '$100');
    },
    [`RECORD_CHANGED ${SEGMENT}`],
  ],
  [
    'the reason of a revocation changed',
    (ca) => {
      ca.replace(ca.segment, '"reason":"unspecified"', '"reason":"superseded"');
    },
    [`RECORD_CHANGED ${SEGMENT}`],
  ],
  [
    'a record changed, and all hashes after it',
    (ca) => {
      ca.replace(ca.segment, 'CN=b.', 'CN=x.');
      chainAnew(ca);
    },
    [`HEAD_SIGNATURE ${SEGMENT}`, `RECORD_MISMATCH ${SEGMENT}`],
  ],
  [
    'where files were written changed, and all hashes after it',
    (ca) => {
      ca.replace(ca.segment, 'b.internal.crt', 'x.internal.crt');
      chainAnew(ca);
    },
    [`HEAD_SIGNATURE ${SEGMENT}`],
  ],
  [
    'a record dropped',
    (ca) => {
      ca.lines(without(4));
    },
    [`RECORD_MISSING ${SEGMENT}`],
  ],
  [
    'a certificate’s record dropped that was revoked later',
    (ca) => {
      ca.lines(without(2));
    },
    [`RECORD_MISSING ${SEGMENT}`, `SERIAL_UNKNOWN ${SEGMENT}`],
  ],
  [
    'a revocation dropped',
    (ca) => {
      ca.lines(without(8));
    },
    [`RECORD_MISSING ${SEGMENT}`],
  ],
  [
    'a commit dropped',
    (ca) => {
      ca.lines(without(4, 5));
    },
    [`RECORD_MISSING ${SEGMENT}`],
  ],
  [
    'a revocation dropped with its CRL, its commit and all hashes',
    (ca) => {
      ca.lines(without(8, 9, 10));
      chainAnew(ca);
    },
    [`HEAD_SIGNATURE ${SEGMENT}`, `RECORD_MISSING ${SEGMENT}`],
  ],
  [
    'two records swapped',
    (ca) => {
      ca.lines(swapped(4, 6));
    },
    [`RECORD_MOVED ${SEGMENT}`],
  ],
  [
    'a record doubled',
    (ca) => {
      ca.lines((all) => all.flatMap((line, i) => (i === 4 ? [line, line] : [line])));
    },
    [`RECORD_MOVED ${SEGMENT}`, `SERIAL_TWICE ${SEGMENT}`],
  ],
  [
    'a record made unreadable',
    (ca) => {
      ca.replace(ca.segment, '{"v":1,"n":6', '["v":1,"n":6');
    },
    [`RECORD_MALFORMED ${SEGMENT}`],
  ],
  [
    'a line put in',
    (ca) => {
      ca.lines((all) => all.flatMap((line, i) => (i === 5 ? ['{}', line] : [line])));
    },
    [`RECORD_MALFORMED ${SEGMENT}`],
  ],
  [
    'the signature of a head altered',
    (ca) => {
      ca.replace(ca.segment, /("commit":3.*"signature":"ME)./, '$1Z');
    },
    [`HEAD_SIGNATURE ${SEGMENT}`],
  ],
  [
    'the signature of the last head altered',
    (ca) => {
      ca.replace(ca.segment, /("commit":7.*"signature":"ME)./, '$1Z');
    },
    [`HEAD_SIGNATURE ${SEGMENT}`],
  ],
  [
    'the last commit cut',
    (ca) => {
      ca.lines((all) => all.slice(0, -2));
    },
    [`JOURNAL_CUT ${SEGMENT}`],
  ],
  [
    'the segment cut in the middle of a line',
    (ca) => {
      truncateSync(ca.segment, readFileSync(ca.segment).length - 100);
    },
    [`JOURNAL_CUT ${SEGMENT}`],
  ],
  [
    'the revocation and what came after it cut, and the marker moved back',
    (ca) => {
      ca.lines((all) => all.slice(0, 8));
      markLast(ca);
    },
    ['JOURNAL_ROLLED_BACK journal'],
  ],
  [
    'the segment removed',
    (ca) => {
      rmSync(ca.segment);
    },
    [`SEGMENT_MISSING ${SEGMENT}`],
  ],
  [
    'the marker removed',
    (ca) => {
      rmSync(ca.marker);
    },
    ['MARKER_DAMAGED journal/HEAD'],
  ],
  [
    'the journal folder removed',
    (ca) => {
      rmSync(ca.at('journal'), { recursive: true });
    },
    ['CA_FILE_DAMAGED journal'],
  ],
  [
    'the journal of another CA copied in',
    (ca) => {
      rmSync(ca.at('journal'), { recursive: true });
      cpSync(ca.other('journal'), ca.at('journal'), { recursive: true });
    },
    ['CA_INFO ca.json', `CERTIFICATE_CHANGED ${PACK}`, 'JOURNAL_OTHER_CA journal'],
  ],
  [
    'a certificate replaced by another of the same CA',
    (ca) => {
      const bytes = readFileSync(ca.pack);
      const refs = [...readFileSync(ca.segment, 'utf8').matchAll(/"offset":(\d+),"length":(\d+)/g)];
      const [a, b] = refs.map(([, offset, length]) => ({
        offset: Number(offset),
        length: Number(length),
      }));
      if (a === undefined || b === undefined) throw new Error('no certificates');
      bytes.copy(bytes, b.offset, a.offset, a.offset + Math.min(a.length, b.length));
      writeFileSync(ca.pack, bytes);
    },
    [`CERTIFICATE_CHANGED ${PACK}`],
  ],
  [
    'a bit of a certificate’s signature turned',
    (ca) => {
      const bytes = readFileSync(ca.pack);
      const last = bytes.length - 1;
      bytes[last] = (bytes[last] ?? 0) ^ 1;
      writeFileSync(ca.pack, bytes);
    },
    [`CERTIFICATE_CHANGED ${PACK}`],
  ],
  [
    'a pack truncated',
    (ca) => {
      truncateSync(ca.pack, 300);
    },
    [`CERTIFICATE_MISSING ${PACK}`],
  ],
  [
    'a pack removed',
    (ca) => {
      rmSync(ca.pack);
    },
    [`CERTIFICATE_MISSING ${PACK}`, `PACK_MISSING ${PACK}`],
  ],
  [
    'the CRL replaced by an older one',
    (ca) => {
      copyFileSync(join(base, 'crl-1.pem'), ca.at('crl.pem'));
    },
    ['CRL_NOT_LAST crl.pem'],
  ],
  [
    'the CRL removed',
    (ca) => {
      rmSync(ca.at('crl.pem'));
    },
    ['CRL_NOT_LAST crl.pem'],
  ],
  [
    'the CRL replaced by that of another CA',
    (ca) => {
      mtlsOk(['ca', 'crl', 'other', '--home', ca.home], { cwd: ca.folder });
      copyFileSync(ca.other('crl.pem'), ca.at('crl.pem'));
    },
    ['CRL_OTHER_CA crl.pem'],
  ],
  [
    'the CRL made unreadable',
    (ca) => {
      writeFileSync(ca.at('crl.pem'), 'no CRL\n');
    },
    ['CA_FILE_DAMAGED crl.pem'],
  ],
  [
    'the key swapped',
    (ca) => {
      copyFileSync(ca.other('ca.key'), ca.at('ca.key'));
    },
    ['KEY_MISMATCH ca.key'],
  ],
  [
    'the key replaced by a folder',
    (ca) => {
      rmSync(ca.at('ca.key'));
      mkdirSync(ca.at('ca.key'));
    },
    ['CA_FILE_DAMAGED ca.key'],
  ],
  [
    'the key made readable for all',
    (ca) => {
      chmodSync(ca.at('ca.key'), 0o644);
    },
    ['KEY_MODE ca.key'],
  ],
  [
    'the journal made writable for all',
    (ca) => {
      chmodSync(ca.segment, 0o666);
    },
    [`FILE_MODE ${SEGMENT}`],
  ],
  [
    'the folder opened to all',
    (ca) => {
      chmodSync(ca.at(), 0o755);
    },
    ['FILE_MODE .'],
  ],
  [
    'the certificate replaced',
    (ca) => {
      copyFileSync(ca.other('ca.crt'), ca.at('ca.crt'));
    },
    ['CA_CERTIFICATE ca.crt'],
  ],
  [
    'the certificate cut',
    (ca) => {
      truncateSync(ca.at('ca.crt'), 100);
    },
    ['CA_FILE_DAMAGED ca.crt'],
  ],
  [
    'certificate, chain and key replaced by those of another CA',
    (ca) => {
      for (const name of ['ca.crt', 'chain.pem', 'ca.key'])
        copyFileSync(ca.other(name), ca.at(name));
    },
    ['CA_INFO ca.json', 'CRL_OTHER_CA crl.pem', 'JOURNAL_OTHER_CA journal'],
  ],
  [
    'the chain replaced',
    (ca) => {
      copyFileSync(ca.other('chain.pem'), ca.at('chain.pem'));
    },
    ['CA_CHAIN chain.pem'],
  ],
  [
    'another root put at the end of the chain',
    (ca) => {
      writeFileSync(
        ca.at('chain.pem'),
        readFileSync(ca.at('ca.crt'), 'utf8') + readFileSync(ca.other('ca.crt'), 'utf8'),
      );
    },
    ['CA_CHAIN chain.pem'],
  ],
  [
    'the name in ca.json changed',
    (ca) => {
      ca.replace(ca.at('ca.json'), '"dev"', '"prod"');
    },
    ['CA_INFO ca.json'],
  ],
  [
    'the parent in ca.json changed',
    (ca) => {
      ca.replace(ca.at('ca.json'), '"parent": "root"', '"parent": "other"');
    },
    ['CA_INFO ca.json'],
  ],
  [
    'ca.json emptied',
    (ca) => {
      writeFileSync(ca.at('ca.json'), '');
    },
    ['CA_FILE_DAMAGED ca.json'],
  ],
  [
    'ca.json removed',
    (ca) => {
      rmSync(ca.at('ca.json'));
    },
    ['CA_FILE_DAMAGED ca.json'],
  ],
  [
    'the folder of the CA above rolled back',
    (ca) => {
      const root = join(ca.home, 'ca/root');
      const lines = readFileSync(join(root, 'journal/00000001.jsonl'), 'utf8').split('\n');
      const text = `${lines.slice(0, 2).join('\n')}\n`;
      writeFileSync(join(root, 'journal/00000001.jsonl'), text);
      const head = lines[1] ?? '';
      const marker = { v: 1, segment: 1, length: text.length, headLength: head.length + 1 };
      writeFileSync(join(root, 'journal/HEAD'), JSON.stringify({ ...marker, hash: hashOf(head) }));
    },
    ['CA_NOT_RECORDED ca.crt'],
  ],
  [
    'the CA revoked by the one above',
    (ca) => {
      mtlsOk(['revoke', ca.at('ca.crt'), '--ca', 'root', '--home', ca.home], { cwd: ca.folder });
    },
    ['CA_REVOKED ca.crt'],
  ],
];

describe('an audit', () => {
  it('finds nothing where nothing was changed', () => {
    const { status, report, told } = audit(copy(), '--head', heads.last);
    expect({ status, ok: report.ok, told }).toEqual({ status: 0, ok: true, told: [] });
    expect(report.cas).toMatchObject([{ name: 'dev', ok: true, head: heads.last, key: 'fits' }]);
  });

  it.each(EDITS)('names the edit: %s', (_what, edit, expected) => {
    const ca = copy();
    edit(ca);
    const { status, report, told } = audit(ca);
    expect({ status, ok: report.ok, told }).toEqual({ status: 1, ok: false, told: expected });
  });

  it('says which line', () => {
    const ca = copy();
    ca.replace(ca.segment, 'CN=b.', 'CN=x.');
    expect(audit(ca).report.findings[0]?.evidence).toMatchObject([{ field: 'line', value: '5' }]);
  });

  it('knows a folder that was put back as a whole by a head that was kept', () => {
    const ca = copy();
    rmSync(ca.home, { recursive: true });
    cpSync(join(base, 'early'), ca.home, { recursive: true });
    expect(audit(ca)).toMatchObject({ status: 0, told: [] });
    expect(audit(ca, '--head', heads.early)).toMatchObject({ status: 0, told: [] });
    const { status, told } = audit(ca, '--head', heads.last);
    expect({ status, told }).toEqual({ status: 1, told: ['JOURNAL_ROLLED_BACK journal'] });
  });

  it('takes an older head for what it is: a part of the history', () => {
    expect(audit(copy(), '--head', heads.early)).toMatchObject({ status: 0, told: [] });
    const asRecorded = Buffer.from(heads.early, 'hex').toString('base64url');
    expect(audit(copy(), '--head', asRecorded)).toMatchObject({ status: 0, told: [] });
    const another = Buffer.alloc(32, 7).toString('base64url');
    expect(audit(copy(), '--head', another)).toMatchObject({ status: 1 });
  });

  it.each<[string, (ca: Copy) => void, string]>([
    [
      'an unfinished write',
      (ca) => {
        appendFileSync(ca.segment, '{"v":1,"n":15,');
      },
      'JOURNAL_UNFINISHED journal',
    ],
    [
      'a copy of the key',
      (ca) => {
        copyFileSync(ca.at('ca.key'), ca.at('ca.key.bak'));
      },
      'FILE_STRANGE ca.key.bak',
    ],
    [
      'an encrypted key',
      (ca) => {
        writeFileSync(join(ca.folder, 'pass'), 'pass\n', { mode: 0o600 });
        mtlsOk(['ca', 'passwd', 'dev', '--home', ca.home, '--new-passphrase-file', 'pass'], {
          cwd: ca.folder,
        });
      },
      'CA_KEY_CLOSED ca.key',
    ],
  ])('says in passing: %s', (_what, edit, expected) => {
    const ca = copy();
    edit(ca);
    expect(audit(ca)).toMatchObject({ status: 0, report: { ok: true }, told: [expected] });
  });

  it('needs no certificate, no key and no lock', () => {
    const ca = copy();
    rmSync(ca.at('ca.key'));
    writeFileSync(ca.at('lock'), 'somebody');
    expect(audit(ca)).toMatchObject({ status: 0, told: [] });
  });

  it('looks where links lead', () => {
    const ca = copy();
    renameSync(ca.at('ca.key'), join(ca.folder, 'ca.key'));
    symlinkSync(join(ca.folder, 'ca.key'), ca.at('ca.key'));
    expect(audit(ca)).toMatchObject({ status: 0, told: [] });
    copyFileSync(ca.other('ca.key'), join(ca.folder, 'ca.key'));
    expect(audit(ca)).toMatchObject({ status: 1, told: ['KEY_MISMATCH ca.key'] });
  });
});
