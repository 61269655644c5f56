// Every bad certificate before openssl, Go and GnuTLS: each says what the zoo says it says.
import { beforeAll, describe, expect, it } from 'vitest';
import { verdictOf, zoo, ZOO } from '../../src/testing/index.ts';
import { hasPeer } from './support/peers.ts';
import { askGnutls, askGo, askOpenssl, type Answers } from './zoo/judges.ts';

const judges = [
  ['openssl', hasPeer('openssl', ['version']), askOpenssl],
  ['go', hasPeer('go', ['version']), askGo],
  ['gnutls', hasPeer('certtool') && hasPeer('gnutls-serv'), askGnutls],
] as const;

describe.each(judges)('%s', (judge, present, ask) => {
  let bad: Answers;
  let cured: Answers;
  beforeAll(async () => {
    if (!present) return;
    bad = await ask(ZOO.map(({ name }) => zoo(name)));
    cured = await ask(ZOO.map(({ name }) => zoo(name, { cured: true })));
  });

  it.skipIf(!present).each(ZOO.map(({ name }, index) => [name, index] as const))(
    'says of %s what is expected, and nothing where that is cured',
    (_, index) => {
      const wanted = verdictOf(ZOO[index]?.expected[judge] ?? '', { [judge]: bad.version });
      const says = bad.says[index] ?? '';
      // Go and GnuTLS put dates, names and other remarks around it; openssl does on loading alone
      if (wanted === 'accepted' || wanted.startsWith('error ')) expect(says).toBe(wanted);
      else expect(says).toContain(wanted);
      expect(cured.says[index]).toBe('accepted');
    },
  );
});
