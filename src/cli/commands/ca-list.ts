// mtls ca list: the CAs of the home.
import { formatDn } from '../../name/dn.ts';
import { describeKey } from '../../crypto/key.ts';
import { locateHome } from '../authority.ts';
import { defineCommand } from '../command.ts';
import { brokenJson, lookAtCas } from '../listed-cas.ts';
import { authorityJson } from '../render/authority.ts';
import { shellWord } from '../render/shell.ts';
import { renderTable } from '../render/table.ts';
import { formatTimeFrom } from '../render/time.ts';

export const command = defineCommand({
  description: 'List the CAs of the home.',
  examples: [
    { line: 'mtls ca list', does: 'name, subject, key and expiry of each' },
    { line: 'mtls ca list --json', does: 'the same for scripts: cas[]' },
  ],
  exitCodes: [0, 2, 4],
  run(invocation) {
    const { context, output } = invocation;
    const home = locateHome(invocation);
    const { seen: authorities, broken } = lookAtCas(invocation, home, (authority) => authority);
    const now = context.clock();
    output.result({
      ok: broken.length === 0,
      json: () => ({
        home: home.root,
        cas: authorities.map(authorityJson),
        ...(broken.length > 0 && { broken: brokenJson(broken) }),
      }),
      text: () =>
        authorities.length === 0
          ? `no CA in ${shellWord(home.root)}`
          : renderTable(
              ['CA', 'kind', 'subject', 'key', 'expires'],
              authorities.map((authority) => [
                authority.store.name,
                authority.path.length === 1 ? 'root' : 'intermediate',
                formatDn(authority.certificate.subject),
                describeKey(authority.certificate.publicKey),
                {
                  text: formatTimeFrom(authority.certificate.notAfter, now),
                  tone: authority.certificate.notAfter < now ? 'bad' : 'plain',
                },
              ]),
              output.style,
            ),
    });
    if (authorities.length === 0) output.note('make one with mtls ca init');
    return Promise.resolve(broken.length === 0 ? 0 : 4);
  },
});
