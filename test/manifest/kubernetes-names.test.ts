import { describe, expect, it } from 'vitest';
import {
  checkLabels,
  checkNamespace,
  checkObjectName,
  parseLabel,
} from '../../src/manifest/kubernetes-names.ts';

const code = (wanted: string) => expect.objectContaining({ code: wanted }) as Error;

// From apimachinery's own table, pkg/util/validation/validation_test.go
const SUBDOMAINS = {
  good: [
    'a',
    'ab',
    'abc',
    'a1',
    'a-1',
    'a--1--2--b',
    '0',
    '01',
    '0a',
    '0-a',
    'a.a',
    'a.b.c',
    '0.0',
    'a.1.b',
    '0.a.1',
    '1.2.3.4.5',
    'a'.repeat(253),
  ],
  bad: [
    '',
    'A',
    'ABC',
    'aBc',
    'A1',
    '-',
    'a-',
    '-a',
    '1-',
    '_',
    'a_',
    'a_b',
    '.',
    'a.',
    '.a',
    'a..b',
    'a-.b',
    'a.-b',
    'A.a',
    'a b',
    ' a',
    'a ',
    'a\n',
    'a/b',
    'a'.repeat(254),
  ],
};
const LABEL_VALUES = {
  good: [
    '',
    'simple',
    'now-with-dashes',
    '1-starts-with-num',
    '1234',
    'UppercaseIsOK',
    'a_b.c',
    'a'.repeat(63),
  ],
  bad: [
    'nospecialchars%^=@',
    'cantendwithadash-',
    '-cantstartwithadash-',
    'only/one',
    'a b',
    'a\n',
    'a'.repeat(64),
    'ä',
  ],
};
const LABEL_KEYS = {
  good: [
    'simple',
    '1-num',
    'simple/simple',
    'now-with-dashes/simple',
    '1.2.3.4/5678',
    'Uppercase_Is_OK_123',
    'example.com/Uppercase_Is_OK_123',
    `${'a'.repeat(253)}/name`,
  ],
  bad: [
    '',
    'nospecialchars%^=@',
    '-x',
    'x-',
    'example.com/',
    '/x',
    'a/b/c',
    'UPPER/x',
    'a'.repeat(64),
    `${'a'.repeat(254)}/name`,
    'a\n',
  ],
};

describe('names of objects', () => {
  it.each(SUBDOMAINS.good)('takes %j', (name) => {
    expect(() => {
      checkObjectName(name);
    }).not.toThrow();
  });

  it.each(SUBDOMAINS.bad)('refuses %j', (name) => {
    expect(() => {
      checkObjectName(name);
    }).toThrow(code('BAD_NAME'));
  });

  it('come with the nearest one that would do', () => {
    expect(() => {
      checkObjectName('My_API.');
    }).toThrow(expect.objectContaining({ hint: 'write my-api' }));
    expect(() => {
      checkObjectName('../../etc');
    }).toThrow(expect.objectContaining({ hint: 'write etc' }));
  });
});

describe('namespaces', () => {
  it('are single labels of at most 63', () => {
    for (const name of ['a', 'prod-1', 'a'.repeat(63)])
      expect(() => {
        checkNamespace(name);
      }).not.toThrow();
    for (const name of ['', 'a.b', 'Prod', '-a', 'a'.repeat(64), 'a\nb: c'])
      expect(() => {
        checkNamespace(name);
      }).toThrow(code('BAD_NAME'));
  });
});

describe('labels', () => {
  it.each(LABEL_VALUES.good)('take the value %j', (value) => {
    expect(parseLabel(`app=${value}`)).toEqual(['app', value]);
  });

  it.each(LABEL_VALUES.bad)('refuse the value %j', (value) => {
    expect(() => parseLabel(`app=${value}`)).toThrow(code('BAD_OPTION'));
  });

  it.each(LABEL_KEYS.good)('take the key %j', (key) => {
    expect(() => {
      checkLabels({ [key]: 'x' });
    }).not.toThrow();
  });

  it.each(LABEL_KEYS.bad)('refuse the key %j', (key) => {
    expect(() => {
      checkLabels({ [key]: 'x' });
    }).toThrow(code('BAD_OPTION'));
  });

  it('have a key and a value', () => {
    for (const text of ['', 'app', '=x'])
      expect(() => parseLabel(text)).toThrow(code('BAD_OPTION'));
  });
});
