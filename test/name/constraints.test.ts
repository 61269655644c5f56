import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import { EMPTY_DN, encodeDn, parseDn } from '../../src/name/dn.ts';
import { dnsNameMatches } from '../../src/name/dns.ts';
import { parseIp } from '../../src/name/ip.ts';
import {
  checkNameConstraints,
  parseConstraint,
  type ConstraintViolation,
  type GeneralSubtree,
} from '../../src/name/constraints.ts';
import type { GeneralName } from '../../src/name/san.ts';

const free = { spend: () => undefined };

/** A name as `kind:text`, taken as it stands. */
function name(text: string): GeneralName {
  const [, kind, value] = /^([a-z]+):(.*)$/is.exec(text) as unknown as [string, string, string];
  switch (kind) {
    case 'dns':
    case 'email':
    case 'uri':
      return { kind, value };
    case 'ip':
      return { kind, value: parseIp(value) ?? (fromHex(value) as Uint8Array) };
    case 'dir':
      return { kind: 'dirName', value: parseDn(value), der: encodeDn(parseDn(value)) };
    case 'rid':
      return { kind, oid: value };
    default:
      throw new Error(text);
  }
}

/** A constraint as `kind:text`, taken as it stands; `ip:` takes hexadecimal address and mask. */
function subtree(text: string): GeneralSubtree {
  const [, kind, value] = /^([a-z]+):(.*)$/is.exec(text) as unknown as [string, string, string];
  if (kind === 'dns' || kind === 'email' || kind === 'uri') return { kind, value };
  if (kind === 'ip' && value.includes('+')) {
    const [address, mask] = value.split('+').map((hex) => fromHex(hex) as Uint8Array);
    return { kind, address: address as Uint8Array, mask: mask as Uint8Array };
  }
  return parseConstraint(text);
}

function check(
  lists: { permit?: readonly string[]; exclude?: readonly string[] },
  names: readonly string[],
  subject = '',
): ConstraintViolation | undefined {
  return checkNameConstraints(
    {
      permitted: (lists.permit ?? []).map(subtree),
      excluded: (lists.exclude ?? []).map(subtree),
    },
    { names: names.map(name), subject: parseDn(subject) },
    free,
  );
}

describe('one constraint, one name', () => {
  // [constraint, name, lies within it]
  it.each<[string, string, boolean]>([
    // RFC 5280 §4.2.1.10: zero or more labels on the left
    ['dns:host.example.com', 'dns:host.example.com', true],
    ['dns:host.example.com', 'dns:www.host.example.com', true],
    ['dns:host.example.com', 'dns:host1.example.com', false],
    ['dns:host.example.com', 'dns:xhost.example.com', false],
    ['dns:host.example.com', 'dns:example.com', false],
    ['dns:EXAMPLE.com', 'dns:a.example.COM', true],
    ['dns:example.com', 'dns:*.example.com', true],
    ['dns:com', 'dns:*.example.com', true],
    ['dns:example.com', 'dns:a_b.example.com', true],
    ['dns:', 'dns:anything', true],
    // a leading dot leaves the name itself out, as OpenSSL, Go and webpki read it
    ['dns:.example.com', 'dns:example.com', false],
    ['dns:.example.com', 'dns:a.example.com', true],
    ['dns:.example.com', 'dns:a.b.example.com', true],
    ['dns:.example.com', 'dns:*.example.com', true],
    ['dns:.example.com', 'dns:xexample.com', false],
    // RFC 5280 §4.2.1.10: mailbox, host, domain
    ['email:root@example.com', 'email:root@example.com', true],
    ['email:root@example.com', 'email:root@EXAMPLE.com', true],
    ['email:root@example.com', 'email:Root@example.com', false],
    ['email:root@example.com', 'email:root@mail.example.com', false],
    ['email:root@example.com', 'email:"root"@example.com', true],
    ['email:*@example.com', 'email:*@example.com', true],
    ['email:*@example.com', 'email:user@example.com', false],
    ['email:example.com', 'email:any@example.com', true],
    ['email:example.com', 'email:any@host.example.com', false],
    ['email:.example.com', 'email:any@host.example.com', true],
    ['email:.example.com', 'email:any@example.com', false],
    ['email:', 'email:any@example.com', true],
    // RFC 5280 §4.2.1.10: the host of the URI, a domain only with the leading dot
    ['uri:example.com', 'uri:https://example.com/x', true],
    ['uri:example.com', 'uri:https://user@EXAMPLE.com:8443/x', true],
    ['uri:example.com', 'uri:https://host.example.com/', false],
    ['uri:.example.com', 'uri:https://host.example.com/', true],
    ['uri:.example.com', 'uri:https://my.host.example.com/', true],
    ['uri:.example.com', 'uri:https://example.com/', false],
    ['uri:example.com', 'uri:https://example.com@evil.test/', false],
    ['uri:example.com', 'uri:spiffe://example.com/ns/a', true],
    ['uri:', 'uri:https://example.com/', true],
    ['ip:192.0.2.0/24', 'ip:192.0.2.7', true],
    ['ip:192.0.2.0/24', 'ip:192.0.3.7', false],
    ['ip:192.0.2.0/24', 'ip:::1', false],
    ['ip:0.0.0.0/0', 'ip:192.0.2.7', true],
    ['ip:0.0.0.0/0', 'ip:::1', false],
    ['ip:2001:db8::/33', 'ip:2001:db8:7fff::1', true],
    ['ip:2001:db8::/33', 'ip:2001:db8:8000::1', false],
    // host bits under the mask do not count
    ['ip:c0000207+ffffff00', 'ip:192.0.2.9', true],
    ['dir:O=Example', 'dir:O=Example', true],
    ['dir:O=Example', 'dir:O=example,CN=a', true],
    ['dir:O=Example', 'dir:CN=a,O=Example', false],
    ['dir:O=Example,OU=a', 'dir:O=Example', false],
    ['dir:', 'dir:O=Example', true],
  ])('%s and %s: %s', (constraint, value, within) => {
    expect(check({ permit: [constraint] }, [value])?.reason).toBe(
      within ? undefined : 'not-permitted',
    );
    expect(check({ exclude: [constraint] }, [value])?.reason).toBe(within ? 'excluded' : undefined);
  });
});

describe('wildcards', () => {
  it.each([
    ['dns:foo.example.org', 'dns:*.example.org', true],
    ['dns:example.org', 'dns:*.example.org', true],
    ['dns:org', 'dns:*.example.org', true],
    ['dns:.example.org', 'dns:*.example.org', true],
    ['dns:a.foo.example.org', 'dns:*.example.org', false],
    ['dns:.foo.example.org', 'dns:*.example.org', false],
    ['dns:other.org', 'dns:*.example.org', false],
    ['dns:localhost', 'dns:*.localhost', true],
  ])('excluded %s touches %s: %s', (constraint, value, touched) => {
    expect(check({ exclude: [constraint] }, [value])?.reason).toBe(
      touched ? 'excluded' : undefined,
    );
  });

  it('is outside a permitted name that only some of its hosts have', () => {
    expect(check({ permit: ['dns:foo.example.org'] }, ['dns:*.example.org'])?.reason).toBe(
      'not-permitted',
    );
  });

  it('is judged as every host that it stands for would be', () => {
    const label = fc.constantFrom('a', 'b');
    const domain = fc
      .array(label, { minLength: 1, maxLength: 4 })
      .map((labels) => labels.join('.'));
    const constraint = fc.tuple(fc.constantFrom('', '.'), domain).map((parts) => parts.join(''));
    fc.assert(
      fc.property(constraint, domain, (base, parent) => {
        fc.pre(parent.includes('.'));
        const hosts = ['a', 'b', 'other'].map((first) => `${first}.${parent}`);
        for (const host of hosts) expect(dnsNameMatches(`*.${parent}`, host)).toBe(true);
        const within = hosts.map(
          (host) => check({ permit: [`dns:${base}`] }, [`dns:${host}`]) === undefined,
        );
        const wildcard = [`dns:*.${parent}`];
        expect(check({ permit: [`dns:${base}`] }, wildcard) === undefined).toBe(
          within.every(Boolean),
        );
        expect(check({ exclude: [`dns:${base}`] }, wildcard) === undefined).toBe(
          !within.some(Boolean),
        );
      }),
    );
  });
});

describe('several constraints', () => {
  it('lets exclusion win', () => {
    const lists = { permit: ['dns:example.org'], exclude: ['dns:bad.example.org'] };
    expect(check(lists, ['dns:a.example.org'])).toBeUndefined();
    expect(check(lists, ['dns:a.bad.example.org'])).toMatchObject({
      reason: 'excluded',
      name: 'DNS:a.bad.example.org',
      constraint: 'DNS:bad.example.org',
    });
  });

  it('takes any one permitted subtree', () => {
    const permit = ['dns:a.example', 'dns:b.example'];
    expect(check({ permit }, ['dns:x.b.example'])).toBeUndefined();
    expect(check({ permit }, ['dns:c.example'])?.detail).toMatch(/outside each of 2 permitted/);
  });

  it('looks at every name, and binds only the form that is named', () => {
    expect(check({ permit: ['dns:a.example'] }, ['dns:a.example', 'dns:b.example'])?.name).toBe(
      'DNS:b.example',
    );
    expect(
      check({ permit: ['ip:192.0.2.0/24'] }, ['dns:a.example', 'uri:urn:x', 'rid:1.2.3']),
    ).toBeUndefined();
    expect(check({ exclude: ['ip:192.0.2.0/24'] }, ['dns:a.example'])).toBeUndefined();
    expect(check({ permit: ['dns:a.example'] }, [])).toBeUndefined();
  });

  it('reads both address families as one form', () => {
    expect(check({ permit: ['ip:10.0.0.0/8'] }, ['ip:::1'])?.reason).toBe('not-permitted');
    expect(check({ permit: ['ip:10.0.0.0/8', 'ip:::/0'] }, ['ip:::1'])).toBeUndefined();
  });

  it('lets no IPv4-mapped address slip past an exclusion', () => {
    expect(check({ exclude: ['ip:10.0.0.0/8'] }, ['ip:::ffff:10.0.0.7'])?.reason).toBe('excluded');
    expect(check({ permit: ['ip:10.0.0.0/8'] }, ['ip:::ffff:10.0.0.7'])?.reason).toBe(
      'not-permitted',
    );
  });
});

describe('names that cannot be judged', () => {
  it.each([
    ['uri:example.com', 'uri:urn:uuid:1'],
    ['uri:example.com', 'uri:https://10.0.0.7/'],
    ['uri:example.com', 'uri:https://[::1]/'],
    ['uri:example.com', 'uri:https:///x'],
    ['uri:example.com', 'uri:https://exa%6dple.com/'],
    ['dns:example.com', 'dns:.example.com'],
    ['dns:example.com', 'dns:a..example.com'],
    ['dns:example.com', 'dns:example.com.'],
    ['dns:example.com', 'dns:a.*.example.com'],
    ['dns:example.com', 'dns:f*.example.com'],
    ['dns:example.com', 'dns:*'],
    ['dns:example.com', 'dns:evil.test\u0000.example.com'],
    ['email:example.com', 'email:invalid@address@example.com'],
    ['email:example.com', 'email:example.com'],
    ['email:example.com', 'email:user@[10.0.0.7]'],
    ['ip:192.0.2.0/24', 'ip:c0000200ffffff00'],
    ['ip:192.0.2.0/24', 'ip:'],
  ])('%s and %j', (constraint, value) => {
    expect(check({ permit: [constraint] }, [value])?.reason).toBe('not-judged');
    expect(check({ exclude: [constraint] }, [value])?.reason).toBe('not-judged');
  });
});

describe('constraints that cannot be read', () => {
  it.each([
    'dns:*.example.com',
    'dns:example.com.',
    'dns:..example.com',
    'dns:.',
    'dns:a b',
    'email:invalid@invalid@example.com',
    'email:@example.com',
    'email:user@',
    'uri:https://example.com',
    'uri:10.0.0.7',
    'uri:.',
    'ip:7f00+0001',
    'ip:7f000001+ff',
    'ip:7f000001+ff00ff00',
    'ip:+',
  ])('%s is a violation, whatever the names are', (constraint) => {
    for (const lists of [{ permit: [constraint] }, { exclude: [constraint] }]) {
      expect(check(lists, ['rid:1.2.3'])?.reason).toBe('malformed-constraint');
      expect(check(lists, [])?.reason).toBe('malformed-constraint');
    }
  });

  const other = {
    kind: 'unsupported' as const,
    tag: 0x88,
    der: fromHex('300488022a03') as Uint8Array,
  };
  const bounded = (tag: number): GeneralSubtree => ({ ...other, tag });

  it('binds a form that is not judged only where a name has it (RFC 5280 §4.2.1.10)', () => {
    const run = (constraint: GeneralSubtree, names: readonly string[], subject = '') =>
      checkNameConstraints(
        { permitted: [], excluded: [constraint] },
        { names: names.map(name), subject: parseDn(subject) },
        free,
      );
    expect(run(other, ['dns:a.example'])).toBeUndefined();
    expect(run(other, ['dns:a.example', 'rid:1.2.3'])?.reason).toBe('not-judged');
    // minimum or maximum on a form that is judged
    expect(run(bounded(0x82), ['dns:a.example'])?.reason).toBe('not-judged');
    expect(run(bounded(0xa4), [], 'CN=a')?.reason).toBe('not-judged');
    expect(run(bounded(0xa4), [])).toBeUndefined();
    expect(run(bounded(0x81), [], 'emailAddress=a@b.example')?.reason).toBe('not-judged');
  });
});

describe('the subject', () => {
  it('counts as a directory name unless empty', () => {
    expect(check({ permit: ['dir:O=Example'] }, [], 'O=Example,CN=a')).toBeUndefined();
    expect(check({ permit: ['dir:O=Example'] }, [], 'O=Other')?.reason).toBe('not-permitted');
    expect(check({ exclude: ['dir:O=Example'] }, ['dir:O=Other'], 'O=Example')?.name).toBe(
      'subject O=Example',
    );
    expect(check({ permit: ['dir:O=Example'] }, ['dir:O=Example'], 'O=Other')?.name).toBe(
      'subject O=Other',
    );
    expect(check({ permit: ['dir:O=Example'] }, [])).toBeUndefined();
  });

  it('binds its e-mail attribute, beside alternative names too', () => {
    const permit = ['email:example.org'];
    expect(check({ permit }, [], 'CN=a,emailAddress=a@example.org')).toBeUndefined();
    expect(check({ permit }, [], 'CN=a,emailAddress=a@evil.test')?.name).toBe(
      'subject email:a@evil.test',
    );
    expect(check({ permit }, ['dns:x'], 'emailAddress=a@evil.test')?.reason).toBe('not-permitted');
    expect(check({ permit }, ['email:a@example.org'], 'emailAddress=a@evil.test')?.name).toBe(
      'subject email:a@evil.test',
    );
  });

  it('is no DNS name, whatever its CN is', () => {
    expect(check({ permit: ['dns:example.org'] }, [], 'CN=evil.test')).toBeUndefined();
  });
});

describe('the work on hostile input', () => {
  const many = (count: number, text: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => text(i));

  it('is spent as it is done, and can be stopped', () => {
    const constraints = {
      permitted: [{ kind: 'dns', value: 'example.org' } as const],
      excluded: many(2000, (i) => `x${i}.test`).map((value) => ({ kind: 'dns', value }) as const),
    };
    const names = many(2000, (i) => `dns:a${i}.example.org`).map(name);
    let spent = 0;
    const count = { spend: (units: number) => (spent += units) };
    expect(checkNameConstraints(constraints, { names, subject: EMPTY_DN }, count)).toBeUndefined();
    expect(spent).toBeGreaterThanOrEqual(2000 * 2001);
    expect(spent).toBeLessThan(2000 * 2001 + 10_000);

    let left = 100_000;
    const stop = {
      spend: (units: number) => {
        left -= units;
        if (left < 0) throw new RangeError('spent');
      },
    };
    const start = performance.now();
    expect(() => checkNameConstraints(constraints, { names, subject: EMPTY_DN }, stop)).toThrow(
      RangeError,
    );
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
