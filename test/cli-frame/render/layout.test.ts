import { expect, test } from 'vitest';
import { renderBlock } from '../../../src/cli/render/block.ts';
import { renderTable } from '../../../src/cli/render/table.ts';
import { PLAIN, type Style } from '../../../src/cli/style.ts';

const marked: Style = { paint: (tone, text) => (tone === 'plain' ? text : `<${tone}:${text}>`) };

test('a block aligns its values, and leaves out what has none', () => {
  const rows = [
    ['subject', 'CN=api'],
    ['names', ['DNS:api', 'IP:10.0.0.7']],
    ['uris', []],
  ] as const;
  expect(renderBlock(rows, { style: PLAIN, indent: 2 })).toBe(
    ['  subject  CN=api', '  names    DNS:api', '           IP:10.0.0.7'].join('\n'),
  );
});

test('colours do not move columns, and foreign text is escaped inside them', () => {
  expect(
    renderTable(
      ['name', 'state'],
      [
        ['a\u001b[31m', { text: 'valid', tone: 'good' }],
        ['é', 'old'],
      ],
      marked,
    ),
  ).toBe(
    ['<faint:name>       <faint:state>', 'a\\x1b[31m  <good:valid>', 'é          old'].join('\n'),
  );
});
