// Keys that were pasted, cut, joined or stored wrongly: what is said about them holds nothing of
// the key, neither the message, nor the hint, the facts for JSON, or the stack with its causes.
import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { readSource } from '../../src/codec/source.ts';
import { manifestEntries } from '../../src/codec/manifest-entries.ts';
import { pemFlaws } from '../../src/codec/pem-form.ts';
import { Scanner, secretOfPassphrase, secretsOfKey } from '../support/secrets.ts';
import { SeededRandom } from '../support/random.ts';

const passphrase = `correct ${randomBytes(9).toString('hex')} horse`;
const keys: readonly (readonly [string, KeyObject])[] = [
  ['ec', generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey],
  ['ed25519', generateKeyPairSync('ed25519').privateKey],
  ['rsa', generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey],
];
const scanner = new Scanner([
  ...keys.flatMap(([name, key]) => secretsOfKey(name, key)),
  secretOfPassphrase('passphrase', passphrase),
]);

const pems: readonly string[] = keys.flatMap(([name, key]) => [
  key.export({ format: 'pem', type: 'pkcs8' }) as string,
  ...(name === 'ec' ? [key.export({ format: 'pem', type: 'sec1' }) as string] : []),
  ...(name === 'rsa' ? [key.export({ format: 'pem', type: 'pkcs1' }) as string] : []),
]);

/** All that is said of a thrown error, as `--debug` and `--json` would show it and more. */
function saidOf(thrown: unknown): string {
  const said: string[] = [];
  for (let at = thrown, depth = 0; at !== undefined && depth < 8; depth++) {
    if (!(at instanceof Error)) return [...said, inspect(at)].join('\n');
    said.push(at.message, at.stack ?? '', JSON.stringify(at));
    if (at instanceof MtlsError) said.push(at.hint ?? '', JSON.stringify(at.data));
    at = at.cause;
  }
  return said.join('\n');
}

/** What a reader says of a text that holds a key. */
async function said(bytes: Uint8Array): Promise<string> {
  const all: string[] = [];
  try {
    const {
      keys: found,
      skipped,
      ...rest
    } = await readSource(bytes, {
      name: 'file',
      passphrase: () => passphrase,
    });
    all.push(JSON.stringify(skipped), JSON.stringify(rest.parts.map(({ origin }) => origin)));
    for (const key of found)
      try {
        key.decode(() => passphrase);
      } catch (error) {
        all.push(saidOf(error));
      }
  } catch (error) {
    all.push(saidOf(error));
  }
  all.push(JSON.stringify(pemFlaws(bytes)));
  try {
    const entries = manifestEntries(bytes, { source: 'file' });
    for (const { value, origin } of entries)
      all.push(JSON.stringify(origin), value instanceof MtlsError ? saidOf(value) : '');
  } catch (error) {
    all.push(saidOf(error));
  }
  return all.join('\n');
}

/** How texts are broken: each takes a PEM and answers what somebody has made of it. */
const accidents: Readonly<Record<string, (pem: string) => string>> = {
  'the line breaks lost': (pem) => pem.replaceAll('\n', ''),
  'the line breaks turned to blanks': (pem) => pem.replaceAll('\n', ' '),
  'the line breaks written out': (pem) => pem.replaceAll('\n', '\\n'),
  'the line breaks of the markers lost': (pem) => pem.replace('-----\n', '').replace(/\n-----/, ''),
  'the dashes of BEGIN lost': (pem) => pem.replace(/KEY-----\n/, 'KEY '),
  'a dash of BEGIN lost': (pem) => pem.replace(/KEY-----\n/, 'KEY----'),
  'the dashes of END lost': (pem) => pem.replace(/\n-----END/, '-END'),
  'END written as BEGIN': (pem) => pem.replace('-----END', '-----BEGIN'),
  'BEGIN written as END': (pem) => pem.replace('-----BEGIN', '-----END'),
  'five dashes as en dashes': (pem) => pem.replaceAll('-----', '–––––'),
  'no END': (pem) => pem.replace(/-----END.*\n/, ''),
  'no BEGIN': (pem) => pem.replace(/-----BEGIN.*\n/, ''),
  'another END': (pem) => pem.replace(/-----END.*\n/, '-----END CERTIFICATE-----\n'),
  'the key as the label': (pem) => pem.replace(/(BEGIN )[^-]*-----\n(.*)\n/, '$1$2-----\n'),
  'the label and the key in one': (pem) => pem.replace(/-----\n(.{30})/, ' $1-----\n'),
  'the body behind dashes': (pem) => pem.replace(/-----\n/, '-----\n- '),
  'the body behind many dashes': (pem) => pem.replace(/-----\n/, '-----\n-----BEGIN '),
  'the body as END': (pem) => pem.replace(/-----\n/, '-----\n-----END '),
  'the body behind a list': (pem) => pem.replace(/^(?!-)/gm, '- '),
  'the body as a header': (pem) => pem.replace(/-----\n(.*)\n/, '-----\n$1: x\n'),
  'the body as the cipher': (pem) =>
    pem.replace(/-----\n(.*)\n/, '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: $1,00\n\n'),
  'the body as the vector': (pem) =>
    pem.replace(/-----\n(.*)\n/, '-----\nDEK-Info: AES-256-CBC,$1\n\n'),
  'labelled a certificate': (pem) => pem.replace(/(BEGIN|END) .*-----/g, '$1 CERTIFICATE-----'),
  'labelled a request': (pem) => pem.replace(/(BEGIN|END) .*-----/g, '$1 CERTIFICATE REQUEST-----'),
  'labelled a public key': (pem) => pem.replace(/(BEGIN|END) .*-----/g, '$1 PUBLIC KEY-----'),
  'labelled OpenSSH': (pem) => pem.replace(/(BEGIN|END) .*-----/g, '$1 OPENSSH PRIVATE KEY-----'),
  'labelled something': (pem) => pem.replace(/(BEGIN|END) .*-----/g, '$1 ZEBRA-----'),
  'the base64 alone': (pem) => pem.replace(/-----.*-----\n/g, ''),
  'the base64 alone, cut': (pem) => pem.replace(/-----.*-----\n/g, '').slice(0, -9),
  hexadecimal: (pem) => Buffer.from(pem.replace(/-----.*/g, ''), 'base64').toString('hex'),
  'UTF-16': (pem) => `\ufeff${pem}`,
  'a value of JSON': (pem) => JSON.stringify({ key: pem.replace('-----END', '-END') }),
  'a key of JSON': (pem) => JSON.stringify({ [pem]: pem.slice(0, -20) }),
  'JSON with line breaks inside': (pem) => `{"key": "${pem}"}`,
  'JSON without quotes': (pem) => `{"key": ${pem.split('\n')[1]}}`,
  'JSON cut off': (pem) => JSON.stringify({ key: pem }).slice(0, -20),
  'YAML behind a colon': (pem) => `a: b\nkey: ${pem}`,
  'YAML as a tag': (pem) => `a: b\nkey: !${pem.split('\n')[1]} x`,
  'YAML as an anchor': (pem) => `a: b\nkey: &${pem.split('\n')[1]} x\nk: &${pem.split('\n')[1]} y`,
  'YAML as an alias': (pem) => `a: b\nkey: *${pem.split('\n')[1]}`,
  'YAML as a directive': (pem) => `%${pem.split('\n')[1]} x\n---\na: b`,
  'YAML as keys': (pem) => `a: b\n${pem.split('\n')[1]}: x\n${pem.split('\n')[1]}: y`,
  'YAML as a value twice': (pem) => `a: b\nk: ${pem.split('\n')[1]}: ${pem.split('\n')[1]}: x`,
  'YAML in quotes with an escape': (pem) => `a: b\nkey: "\\${pem.split('\n')[1]}"`,
  'YAML as a block header': (pem) => `a: b\nkey: |${pem.split('\n')[1]}\n  x`,
  'YAML under a wrong indent': (pem) => `a: b\nkey: |\n    x\n ${pem.split('\n')[1]}\n  ${pem}`,
  'a Secret with the PEM as it is': (pem) => secret(`tls.key: ${JSON.stringify(pem)}`),
  'a Secret with half of its base64': (pem) =>
    secret(`tls.key: ${Buffer.from(pem).toString('base64').slice(0, -11)}`),
  'a Secret with base64 of base64': (pem) =>
    secret(`tls.key: ${Buffer.from(Buffer.from(pem).toString('base64')).toString('base64')}`),
  'a Secret with base64 of a broken key': (pem) =>
    secret(`tls.key: ${Buffer.from(pem.replace('-----END', '')).toString('base64')}`),
  'a Secret with base64 of joined lines': (pem) =>
    secret(`tls.key: ${Buffer.from(pem.replace(/KEY-----\n/, 'KEY ')).toString('base64')}`),
  'a Secret with a shell in it': (pem) => secret(`tls.key: $(echo ${pem.split('\n')[1]})`),
  'a Secret with a template in it': (pem) => secret(`tls.key: "{{ ${pem.split('\n')[1]} }}"`),
  'a Secret named by it': (pem) => secret(`x: !`, pem.split('\n')[1]),
  'a Secret with it as a key': (pem) => secret(`${pem.split('\n')[1]}: "!"`),
  'a passphrase in a manifest': () => `password: ${passphrase}\n password: ${passphrase}`,
  'a passphrase in broken JSON': () => `{"password": "${passphrase}", password: ${passphrase}`,
  'a passphrase as a marker': () => `-----BEGIN ${passphrase}`,
  'a passphrase on an END': (pem) => pem.replace(/(-----END)/, `${passphrase}$1`),
};

function secret(data: string, name = 'api'): string {
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\ndata:\n  ${data}\n`;
}

/** Texts as files hold them. */
function* forms(text: string): Generator<Uint8Array> {
  const bytes = Buffer.from(text, text.startsWith('\ufeff') ? 'utf16le' : 'utf8');
  yield bytes;
  yield Buffer.concat([Buffer.from('-----BEGIN CERTIFICATE-----\n'), bytes]);
  yield Buffer.from(bytes.toString('base64'));
}

describe('an error about a broken key says nothing of the key', () => {
  test.each(Object.entries(accidents))('%s', async (_title, accident) => {
    for (const pem of pems)
      for (const form of forms(accident(pem))) {
        const text = await said(form);
        expect(scanner.find(text), text).toEqual([]);
      }
  });

  test('bytes changed, cut and joined at random', async () => {
    const chance = new SeededRandom(1);
    const below = (limit: number) => chance.below(limit);
    for (let round = 0; round < 600; round++) {
      const pem = pems[below(pems.length)] as string;
      let bytes = Buffer.from(pem);
      if (below(3) === 0) bytes = Buffer.from(pem.replace(/-----.*/g, ''), 'base64');
      for (let changes = 1 + below(3); changes > 0; changes--) {
        const at = below(bytes.length);
        const cut = bytes.subarray(at + below(5));
        const between = ['', '-', '\n', ' ', '=', ':', '\0', '-----', ',']
          .map((text) => Buffer.from(text))
          .at(below(9)) as Buffer;
        bytes = Buffer.concat([bytes.subarray(0, at), between, cut]);
      }
      const text = await said(bytes);
      expect(scanner.find(text), text).toEqual([]);
    }
  });
});
