import { describe, expect, test } from 'vitest';
import { isMap, parse, parseDocument } from 'yaml';
import { fieldSplices, spliced, type Fields } from '../../src/codec/yaml-splice.ts';

function put(text: string, fields: Fields): string {
  const { contents } = parseDocument(text);
  if (!isMap(contents)) throw new Error('a mapping is wanted');
  return spliced(text, fieldSplices(text, contents, fields));
}

const condition = { type: 'Approved', status: 'True', message: 'said "yes": é' };
const status = { conditions: [condition], certificate: 'LS0tLS1CRUdJTg==' };

describe('fields put into YAML of somebody else', () => {
  test.each([
    ['nothing there', 'spec:\n  a: 1 # one\n'],
    ['a comment at the end', 'spec:\n  a: 1\n# the end\n'],
    ['no newline at the end', 'spec:\n  a: 1'],
    ['an empty mapping', 'spec: 0x10\nstatus: {}\nlast: ~\n'],
    ['an empty mapping with a comment', 'status: {} # nothing yet\nlast: 1\n'],
    ['a key alone', 'spec: 1\nstatus:\nlast: 1\n'],
    ['a key alone at the end', 'spec: 1\nstatus:'],
    ['null', 'status: null\n'],
    ['a literal block before', 'spec: |\n  one\n\n  two\n'],
    ['a kept block before', 'spec: |+\n  one\n\n\n'],
    ['an empty list of conditions', 'status:\n  conditions: []\nlast: 1\n'],
    ['CR LF', 'spec:\r\n  a: 1\r\nstatus: {}\r\n'],
    ['flow', '{spec: {a: 1}}\n'],
    ['flow with a status', '{spec: {a: 1}, status: {}, last: 2}\n'],
    ['JSON', '{\n    "spec": {\n        "a": 1\n    },\n    "status": {}\n}\n'],
    ['JSON on one line', '{"spec":{"a":1}}'],
    ['JSON with tabs', '{\n\t"spec": 1\n}\n'],
    ['nothing at all in braces', '{}\n'],
  ])('%s', (_, text) => {
    const made = put(text, { status });
    expect(parse(made)).toEqual({ ...(parse(text) as object), status });
    // Comments, numbers as they are spelt, and line ends
    for (const kept of text.match(/#.*|0x10|~|\r\n/g) ?? []) expect(made).toContain(kept);
    if (text.includes('\r\n')) expect(made.replaceAll('\r\n', '')).not.toContain('\n');
    if (text.trimStart().startsWith('{"') || text.startsWith('{\n'))
      expect(JSON.parse(made)).toEqual({ ...(JSON.parse(text) as object), status });
  });

  test('further conditions go behind those that are there', () => {
    const old = { type: 'Failed', status: 'False' };
    for (const text of [
      'status:\n  conditions:\n  - status: "False" # s\n    type: Failed\n  # more\n  other: x\nlast: 1\n',
      'status:\n    conditions:\n        - type: Failed\n          status: "False"\n    other: x\nlast: 1\n',
      'status: {conditions: [{type: Failed, status: "False"}], other: x}\nlast: 1\n',
      '{\n  "status": {\n    "conditions": [\n      {\n        "type": "Failed",\n        "status": "False"\n      }\n    ],\n    "other": "x"\n  },\n  "last": 1\n}',
    ])
      expect(parse(put(text, { status }))).toEqual({
        status: { conditions: [old, condition], other: 'x', certificate: status.certificate },
        last: 1,
      });
  });

  test('an item of a list', () => {
    const text = 'kind: List\nitems:\n- spec: 1\n  # own\n- spec: 2\n  status: {}\n';
    const document = parseDocument(text);
    const items = document.get('items') as { items: unknown[] };
    const splices = items.items.flatMap((item) =>
      isMap(item) ? fieldSplices(text, item, { status: { certificate: 'QUJD' } }) : [],
    );
    const made = spliced(text, splices);
    expect(parse(made)).toEqual({
      kind: 'List',
      items: [
        { spec: 1, status: { certificate: 'QUJD' } },
        { spec: 2, status: { certificate: 'QUJD' } },
      ],
    });
    expect(made).toContain('  # own\n');
  });

  test('the lines that stood there are there again', () => {
    const text = "# by hand\nspec:\n    a:   'x'\n    b: [1,2]   # list\n\nstatus: {}\n";
    expect(put(text, { status: { certificate: 'LS0tLS1CRUdJTg==' } })).toBe(
      "# by hand\nspec:\n    a:   'x'\n    b: [1,2]   # list\n\nstatus:\n  certificate: LS0tLS1CRUdJTg==\n",
    );
  });
});
