import { resolve, sep } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeDn, parseDn } from '../../src/name/dn.ts';
import { fileStem, parseIdentityName, type GeneralName } from '../../src/name/san.ts';

describe('fileStem', () => {
  it.each([
    ['api.example.org', 'api.example.org'],
    ['*.example.org', '_wildcard.example.org'],
    ['localhost', 'localhost'],
    ['10.0.0.7', '10.0.0.7'],
    ['fd00::7', 'fd00--7'],
    ['::1', '0--1'],
    ['::', '0--0'],
    ['user@example.org', 'user@example.org'],
    ['spiffe://example.org/ns/prod/sa/api', 'ns-prod-sa-api'],
    ['spiffe://example.org', 'example.org'],
    ['https://example.org/api/v1', 'example.org-api-v1'],
    ['urn:example:plc', 'example-plc'],
    // what another file of the folder, or Windows, is called
    ['ca', '_ca'],
    ['CA', '_ca'],
    ['con.example', '_con.example'],
    ['canary', 'canary'],
  ])('names the files of %s', (text, stem) => {
    expect(fileStem(parseIdentityName(text))).toBe(stem);
  });

  it.each<[GeneralName, string]>([
    [{ kind: 'dns', value: '../../etc/x' }, 'etc-x'],
    [{ kind: 'dns', value: '..' }, 'certificate'],
    [{ kind: 'dns', value: '' }, 'certificate'],
    [{ kind: 'dns', value: '-rf' }, 'rf'],
    [{ kind: 'dns', value: '.ssh' }, 'ssh'],
    [{ kind: 'dns', value: 'a\u0000b\n\u001b[31m' }, 'a-b-31m'],
    [{ kind: 'dns', value: 'C:\\x' }, 'C-x'],
    [{ kind: 'uri', value: 'spiffe://td/../../x' }, 'x'],
    [{ kind: 'uri', value: 'file:///etc/passwd' }, 'etc-passwd'],
    [{ kind: 'ip', value: new Uint8Array(3) }, 'invalid-00-00-00'],
    [{ kind: 'rid', oid: '1.2.3' }, 'rid-1.2.3'],
    [{ kind: 'other', oid: '1.2.3', value: new Uint8Array() }, 'other-1.2.3'],
    [{ kind: 'x400', der: new Uint8Array() }, 'x400'],
    [{ kind: 'dirName', value: parseDn('O=x,CN=a/b'), der: encodeDn(parseDn('CN=a')) }, 'a-b'],
  ])('makes %j safe', (name, stem) => {
    expect(fileStem(name)).toBe(stem);
  });

  it('stays in its folder, whatever the name', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc
        .array(fc.constantFrom('..', '/', '\\', '.', '-', '~', 'a', '\u0000', ':', '*', ' ', 'nul'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.constantFrom('dns', 'email', 'uri'), (value, kind) => {
        for (const name of [
          { kind, value },
          { kind: 'uri', value: `spiffe://${value}` },
        ] as const) {
          const stem = fileStem(name);
          expect(stem).toMatch(/^[A-Za-z0-9_@+][A-Za-z0-9._@+-]*$/);
          expect(stem).not.toContain('..');
          expect(stem.length).toBeLessThanOrEqual(200);
          expect(resolve('/base', `${stem}.crt`)).toBe(`${resolve('/base')}${sep}${stem}.crt`);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps long names apart', () => {
    const long = (end: string): GeneralName => ({
      kind: 'uri',
      value: `spiffe://td/${'a'.repeat(400)}${end}`,
    });
    expect(fileStem(long('1'))).not.toBe(fileStem(long('2')));
  });
});
