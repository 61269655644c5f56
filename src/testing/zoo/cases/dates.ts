// Wrong in time.
import { DAY, YEAR } from '../../../base/clock.ts';
import { later, type Chain, type Draft } from '../draft.ts';
import { ACCEPTED, specimens } from '../specimen.ts';

const yesterday = ({ now }: Chain) => later(now, -DAY);
/** So far off that a case of a fixed clock is still not valid by the clock of today. */
const inTwentyYears = ({ now }: Chain) => later(now, 20 * YEAR);

const expire = (which: (chain: Chain) => Draft) => (chain: Chain) => {
  which(chain).notAfter = yesterday(chain);
};

const delay = (which: (chain: Chain) => Draft) => (chain: Chain) => {
  which(chain).notBefore = inTwentyYears(chain);
};

const EXPIRED = {
  node: 'CERT_HAS_EXPIRED',
  openssl: 'error 10: certificate has expired',
  go: 'x509: certificate has expired or is not yet valid',
  gnutls: 'The certificate chain uses expired certificate',
} as const;

const EARLY = {
  node: 'CERT_NOT_YET_VALID',
  openssl: 'error 9: certificate is not yet valid',
  go: 'x509: certificate has expired or is not yet valid',
  gnutls: 'The certificate chain uses not yet valid certificate',
} as const;

const clause = 'RFC 5280 §6.1.3 (a)(2)';

export const DATES = specimens({
  expired: {
    reason: 'the server certificate expired yesterday',
    clause,
    side: 'server',
    expected: { mtls: 'EXPIRED', ...EXPIRED },
    spoil: expire(({ leaf }) => leaf),
  },
  expiredClient: {
    reason: 'the client certificate expired yesterday',
    clause,
    side: 'client',
    expected: { mtls: 'EXPIRED', ...EXPIRED },
    spoil: expire(({ leaf }) => leaf),
  },
  notYetValid: {
    reason: 'the server certificate begins in the future',
    clause,
    side: 'server',
    expected: { mtls: 'NOT_YET_VALID', ...EARLY },
    spoil: delay(({ leaf }) => leaf),
  },
  notYetValidClient: {
    reason: 'the client certificate begins in the future',
    clause,
    side: 'client',
    expected: { mtls: 'NOT_YET_VALID', ...EARLY },
    spoil: delay(({ leaf }) => leaf),
  },
  expiredIntermediate: {
    reason: 'the CA between root and certificate expired yesterday',
    clause,
    side: 'server',
    expected: { mtls: 'EXPIRED', ...EXPIRED },
    spoil: expire(({ between }) => between),
  },
  notYetValidIntermediate: {
    reason: 'the CA between root and certificate begins in the future',
    clause,
    side: 'server',
    expected: { mtls: 'NOT_YET_VALID', ...EARLY },
    spoil: delay(({ between }) => between),
  },
  expiredRoot: {
    reason: 'the trusted root expired yesterday',
    clause,
    side: 'server',
    expected: { mtls: 'EXPIRED', ...EXPIRED },
    spoil: expire(({ root }) => root),
  },
  endBeforeStart: {
    reason: 'the certificate ends before it begins, so it is never valid',
    clause: 'RFC 5280 §4.1.2.5',
    side: 'server',
    expected: { mtls: 'EXPIRED', ...EXPIRED },
    spoil: (chain) => {
      chain.leaf.notBefore = later(chain.now, -DAY);
      chain.leaf.notAfter = later(chain.now, -2 * DAY);
    },
  },
  leafOutlivesIssuer: {
    reason: 'the certificate is valid for longer than the CA that signed it',
    clause: 'RFC 5280 §4.1.2.5',
    side: 'server',
    expected: ACCEPTED,
    spoil: ({ leaf, between }) => {
      leaf.notAfter = later(between.notAfter, YEAR);
    },
  },
});
