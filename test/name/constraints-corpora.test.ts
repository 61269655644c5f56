// Name constraints of bettertls and x509-limbo, judged without the path validator.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MtlsError } from '../../src/base/errors.ts';
import { checkNameConstraints, decodeNameConstraints } from '../../src/name/constraints.ts';
import { dnEqual } from '../../src/name/dn.ts';
import { dnsNameMatches } from '../../src/name/dns.ts';
import { parseIp } from '../../src/name/ip.ts';
import { corpus } from '../support/corpora.ts';
import { certificateParts, type CertificateParts } from './certificate-parts.ts';

interface Case {
  readonly id: string;
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly expected_peer_name: { readonly kind: string; readonly value: string } | null;
}

function cases(file: string | undefined): readonly Case[] {
  if (file === undefined) return [];
  return (JSON.parse(readFileSync(file, 'utf8')) as { testcases: Case[] }).testcases;
}

function parts(pem: string): CertificateParts {
  const body = pem.replace(/-----[A-Z ]+-----|\s/g, '');
  return certificateParts(new Uint8Array(Buffer.from(body, 'base64')));
}

/** Whether the constraints of every CA hold below it, in a chain without forks. */
function constraintsHold(test: Case): boolean {
  const leaf = parts(test.peer_certificate);
  const cas = [...test.untrusted_intermediates, ...test.trusted_certs].map(parts);
  const chain = [leaf];
  for (let current = leaf; !dnEqual(current.issuerDer, current.subjectDer) || current === leaf;) {
    const issuer = cas.find(
      (ca) => !chain.includes(ca) && dnEqual(ca.subjectDer, current.issuerDer),
    );
    if (issuer === undefined) break;
    chain.push(issuer);
    current = issuer;
  }
  return chain.every(({ constraints }, index) => {
    if (constraints === undefined) return true;
    let decoded;
    try {
      decoded = decodeNameConstraints(constraints);
    } catch {
      return false;
    }
    const list = decoded;
    return chain
      .slice(0, index)
      .filter((below) => below === leaf || !dnEqual(below.issuerDer, below.subjectDer))
      .every(
        (below) => checkNameConstraints(list, below, { spend: () => undefined }) === undefined,
      );
  });
}

function namesPeer(test: Case): boolean {
  const { names } = parts(test.peer_certificate);
  const peer = test.expected_peer_name;
  if (peer === null) return true;
  return names.some((name) =>
    peer.kind === 'IP'
      ? name.kind === 'ip' && Buffer.from(name.value).equals(parseIp(peer.value) ?? Buffer.alloc(0))
      : name.kind === 'dns' && dnsNameMatches(name.value, peer.value),
  );
}

/** A leaf whose alternative names are malformed (dirName of plain text, kinds [9] to [15]) is refused. */
function accepted(test: Case): boolean {
  try {
    return constraintsHold(test) && namesPeer(test);
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'DER_MALFORMED') return false;
    throw error;
  }
}

const bettertls = corpus('limbo/bettertls-nameconstraints-sample.json');

describe.skipIf(bettertls === undefined)('bettertls', () => {
  it('judges every sampled case as expected', () => {
    const tests = cases(bettertls);
    expect(tests).toHaveLength(945);
    const wrong = tests.filter((test) => accepted(test) !== (test.expected_result === 'SUCCESS'));
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });
});

/** Cases that are not about names against constraints, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'rfc5280::nc::permitted-dns-match-noncritical':
    'the extension must be critical: the verifier’s rule',
  'rfc5280::nc::not-allowed-in-ee-noncritical': 'constraints in a leaf: the verifier’s rule',
  'rfc5280::nc::not-allowed-in-ee-critical': 'constraints in a leaf: the verifier’s rule',
  'rfc5280::nc::nc-forbids-alternate-chain-ica': 'several paths: the builder’s work',
  'rfc5280::nc::nc-forbids-same-chain-ica': 'several paths: the builder’s work',
};

/** Cases where we differ, and why; one that turns out as expected must leave this list. */
const CONTESTED: Readonly<Record<string, string>> = {
  // RFC 5280 gives it no meaning; OpenSSL, GnuTLS and webpki read "subdomains only", live CAs carry it.
  'rfc5280::nc::invalid-dnsname-leading-period': 'a leading dot in a DNS constraint',
};

const limbo = corpus('limbo/core.json');

describe.skipIf(limbo === undefined)('x509-limbo', () => {
  const tests = cases(limbo).filter(
    ({ id }) => /^(?:rfc5280|webpki)::nc::/.test(id) && !(id in ELSEWHERE),
  );
  it.each(tests.map((test) => [test.id, test] as const))('%s', (id, test) => {
    expect(constraintsHold(test)).toBe((test.expected_result === 'SUCCESS') !== id in CONTESTED);
  });

  const hosts = cases(limbo).filter(({ id }) => /^webpki::san::.*(?:san|label|apex)/.test(id));
  // These need the public suffix list, or bind the extension rather than the name.
  const other = /public-suffix-(?:multi|private)|san-critical|no-san/;
  it.each(hosts.filter(({ id }) => !other.test(id)).map((test) => [test.id, test] as const))(
    '%s',
    (id, test) => {
      if (id.includes('unicode-emoji')) {
        expect(() => namesPeer(test)).toThrow(/malformed DER/);
        return;
      }
      expect(namesPeer(test)).toBe(test.expected_result === 'SUCCESS');
    },
  );
});
