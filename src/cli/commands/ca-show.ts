// mtls ca show: one CA.
import { toHex } from '../../base/bytes.ts';
import { quoteForeign } from '../../base/text.ts';
import { namedSigner } from '../../ca/signers.ts';
import { describeSigner } from '../../signer/spec.ts';
import { locateHome, openCa } from '../authority.ts';
import { argument, defineCommand } from '../command.ts';
import { formatTime } from '../render/time.ts';
import { authorityBlock, authorityJson } from '../render/authority.ts';

export const command = defineCommand({
  description: 'Show a CA: who it is, what it may vouch for, how much it has issued.',
  arguments: { name: argument('optional', 'name', 'the CA; needed when there are several') },
  examples: [
    { line: 'mtls ca show', does: 'the only CA of the home' },
    { line: 'mtls ca show dev --json', does: 'the same for scripts' },
  ],
  exitCodes: [0, 2, 3, 4],
  async run(invocation) {
    const { args, context, output } = invocation;
    const authority = openCa(invocation, args.name, (name) => `mtls ca show ${name}`);
    const { totals, hash } = authority.store.head();
    const head = toHex(Buffer.from(hash, 'base64url'));
    const crl = authority.store.lastCrl();
    const named = await namedSigner(locateHome(invocation), authority.store.name);
    const signer = named && describeSigner(named.spec);
    output.result({
      json: () => ({
        ...authorityJson(authority),
        issued: totals.issued,
        revoked: totals.revoked,
        crl: crl
          ? { number: crl.number, nextUpdate: crl.nextUpdate, path: authority.store.paths.crl }
          : null,
        head,
        signer: signer ?? null,
      }),
      text: () =>
        `${authority.path.length === 1 ? 'root CA' : 'CA'} ${quoteForeign(authority.store.name)}\n` +
        `${authorityBlock(authority, context.clock(), output.style, signer)}\n` +
        `  issued ${totals.issued}, revoked ${totals.revoked}` +
        (crl
          ? `, CRL ${crl.number} until ${formatTime(new Date(crl.nextUpdate))}`
          : ', no CRL yet') +
        `\n  head ${head}`,
    });
    return 0;
  },
});
