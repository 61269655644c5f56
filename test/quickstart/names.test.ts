import { describe, expect, it } from 'vitest';
import { formatSubtree } from '../../src/name/constraints.ts';
import { formatGeneralName, parseIdentityName } from '../../src/name/san.ts';
import { boundsOf, serverNames } from '../../src/quickstart/names.ts';

const parse = (texts: readonly string[]) => texts.map((text) => parseIdentityName(text));
const bounds = (...texts: readonly string[]) => {
  const { permitted, excluded } = boundsOf(serverNames(parse(texts)));
  expect(excluded).toEqual([]);
  return permitted.map(formatSubtree);
};

describe('whom the server stands for', () => {
  it('is this machine, and whoever else is named, each once', () => {
    expect(serverNames([]).map(formatGeneralName)).toEqual([
      'DNS:localhost',
      'IP:127.0.0.1',
      'IP:::1',
    ]);
    const given = parse(['api.example.org', 'LOCALHOST', '127.0.0.1', 'api.example.org']);
    expect(serverNames(given).map(formatGeneralName)).toEqual([
      'DNS:localhost',
      'IP:127.0.0.1',
      'IP:::1',
      'DNS:api.example.org',
    ]);
  });
});

describe('what the CA may vouch for', () => {
  const local = ['DNS:localhost', 'IP:127.0.0.1/32', 'IP:::1/128'];

  it('is what it serves and its client; other forms stay on this machine', () => {
    expect(bounds()).toEqual([...local, 'DNS:client', 'URI:localhost', 'email:localhost']);
  });

  it('grows by what is named, of every form', () => {
    expect(bounds('*.example.org', '10.0.0.7', 'a@example.net', 'spiffe://td/ns/a/sa/b')).toEqual([
      ...local,
      // A wildcard is bounded by its domain
      'DNS:example.org',
      'IP:10.0.0.7/32',
      'email:a@example.net',
      'URI:td',
      'DNS:client',
    ]);
    expect(bounds('https://example.org:8443/x')).toContain('URI:example.org');
  });

  it('names each bound once', () => {
    const twice = bounds('a.example.org', '*.a.example.org', 'spiffe://td/a', 'client');
    expect(new Set(twice).size).toBe(twice.length);
  });
});
