// mtls ca audit: whether a CA's folder is as it was written.
import { existsSync, readdirSync } from 'node:fs';
import { fromHex, toHex } from '../../base/bytes.ts';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { invariant } from '../../base/assert.ts';
import { namedSigner } from '../../ca/signers.ts';
import { auditCa, type CaAudit } from '../../diagnose/audit/audit.ts';
import { auditSigner } from '../../diagnose/audit/signer.ts';
import { chooseCa, openCaStore } from '../../store/ca-store.ts';
import { checkHomeVersion } from '../../store/home-create.ts';
import type { FoundHome } from '../../store/home.ts';
import { caNameOk, caPaths, parseCaName, type CaName } from '../../store/layout.ts';
import { storeReadFailure } from '../../store/store-fault.ts';
import { locateHome } from '../authority.ts';
import { argument, defineCommand, value } from '../command.ts';
import { renderBlock, type BlockRow } from '../render/block.ts';
import { countFindings, findingJson, findingText } from '../render/findings.ts';
import { formatTimeFrom } from '../render/time.ts';
import { givenPassphrase } from '../secrets.ts';
import { CA_KEY_OPTIONS, connect, signerFor } from '../signer.ts';
import type { Style } from '../style.ts';

export const command = defineCommand({
  description:
    'Check everything in the folder of a CA: that no record was changed, dropped, moved or cut, ' +
    'that each commit carries the CA’s signature, each certificate its own and what its record ' +
    'says, that key, chain and CRL are the CA’s, and that nobody else may touch them. Without a ' +
    'name all CAs of the home. It takes no lock and changes nothing. Where the key is elsewhere, ' +
    'its signer is asked to sign a challenge.\n\nA folder that was put ' +
    'back to an older state as a whole is good in itself: keep the head that is printed ' +
    'elsewhere, and give it to the next audit.',
  arguments: { name: argument('optional', 'name', 'the CA; all of the home where it is left out') },
  options: {
    head: value('--head <hex>', 'a head that was kept: the journal must still have it'),
    ...CA_KEY_OPTIONS,
  },
  examples: [
    { line: 'mtls ca audit', does: 'all CAs of the home' },
    { line: 'mtls ca audit prod --passphrase-file pass.txt', does: 'with its encrypted key' },
    { line: 'mtls ca audit prod --head 5f3c…', does: 'whether it was rolled back' },
  ],
  exitCodes: [[0, 'nothing is wrong'], [1, 'something is wrong'], 2, 3, 4],
  async run(invocation) {
    const { args, options, context, globals, output } = invocation;
    const home = locateHome(invocation);
    checkHomeVersion(home);
    const names = args.name === undefined ? casIn(home) : [existing(home, args.name, context)];
    const [only] = names;
    if (options.head !== undefined && names.length > 1)
      throw new MtlsError('USAGE', '--head is the head of one CA, and there are several', {
        hint: `say which one, as in: mtls ca audit ${only ?? ''} --head <hex>`,
      });
    if (options.signer !== undefined && names.length > 1)
      throw new MtlsError('USAGE', '--signer is the signer of one CA, and there are several', {
        hint: `say which one, as in: mtls ca audit ${only ?? ''} --signer <spec>`,
      });
    const now = context.clock();
    const passphrase = givenPassphrase(invocation);
    const head = options.head === undefined ? undefined : readHead(options.head);
    const audits: CaAudit[] = [];
    for (const name of names) {
      const audit = auditCa({
        home,
        name,
        paths: caPaths(home, name),
        naming: home.source === 'flag' ? ['--home', globals.home ?? ''] : [],
        now,
        uid: context.uid,
        passphrase: passphrase && (() => passphrase),
        insists: names.length === 1,
        head,
      });
      audits.push(audit.key === 'missing' ? await withSigner(audit, name) : audit);
    }
    const findings = audits.flatMap((audit) => audit.findings);
    const ok = audits.every((audit) => audit.ok);
    output.result({
      ok,
      json: () => ({
        home: home.root,
        cas: audits.map(auditJson),
        findings: findings.map(findingJson),
      }),
      text: () =>
        [
          ...audits.map((audit) => auditText(audit, now, output.style)),
          findings.length === 0 ? 'nothing is wrong' : countFindings(findings),
        ].join('\n\n'),
    });
    return ok ? 0 : 1;

    /** The verdict on a key that is not here: what its signer shows, where it has one. */
    async function withSigner(audit: CaAudit, name: CaName): Promise<CaAudit> {
      const { certificate } = audit;
      const named = options.signer !== undefined || (await namedSigner(home, name)) !== undefined;
      if (!certificate || !named) return audit;
      const { publicKey } = certificate;
      return context.interruption.hold(() =>
        auditSigner(audit, caPaths(home, name).folder, async () => {
          const spec = await signerFor(invocation, options, home, name);
          invariant(spec !== undefined, 'a signer that was named is there');
          return connect(invocation, options, spec, publicKey);
        }),
      );
    }
  },
});

/** Every folder that may be a CA, a damaged one too. Throws CA_NOT_FOUND where there is none. */
function casIn(home: FoundHome): readonly CaName[] {
  const names = existsSync(home.cas) ? foldersIn(home.cas).filter(caNameOk).sort() : [];
  return names.length > 0 ? names : [chooseCa(home, undefined)];
}

function foldersIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    throw storeReadFailure(error, path, 'the home');
  }
}

/** Throws BAD_NAME, and CA_NOT_FOUND for a CA of which not even the folder is there. */
function existing(home: FoundHome, text: string, context: { readonly clock: () => Date }): CaName {
  const name = parseCaName(text);
  if (!existsSync(caPaths(home, name).folder)) openCaStore(home, name, context);
  return name;
}

/** In hexadecimal as `ca show` prints it, or in base64url as records write it. */
function readHead(text: string): string {
  const typed = text.trim();
  if (/^[A-Za-z0-9_-]{43}$/.test(typed)) return typed;
  const hash = fromHex(typed.toLowerCase());
  if (hash?.length === 32) return Buffer.from(hash).toString('base64url');
  throw new MtlsError('BAD_OPTION', `--head does not take ${quoteForeign(text)}`, {
    hint: 'give the 64 hexadecimal digits that "mtls ca show" and an earlier audit print',
  });
}

function headText({ journal }: CaAudit): string | undefined {
  const hash = journal?.head?.hash;
  return hash === undefined ? undefined : toHex(Buffer.from(hash, 'base64url'));
}

function auditJson(audit: CaAudit): Readonly<Record<string, unknown>> {
  const { name, ok, journal, key, crl, findings } = audit;
  const { head } = journal ?? {};
  return {
    name,
    ok,
    head: headText(audit) ?? null,
    at: head?.at ?? null,
    commits: journal?.commits ?? null,
    records: journal?.records ?? null,
    issued: head?.totals.issued ?? null,
    revoked: head?.totals.revoked ?? null,
    crl: crl
      ? { number: crl.number?.toString() ?? null, nextUpdate: crl.nextUpdate ?? null }
      : null,
    key: key ?? null,
    findings: findings.length,
  };
}

const KEYS = {
  fits: 'fits the certificate',
  closed: 'locked, and not opened',
  silent: { text: 'elsewhere, and its signer does not sign', tone: 'bad' },
  missing: 'not here',
  wrong: { text: 'wrong', tone: 'bad' },
} as const;

function auditText(audit: CaAudit, now: Date, style: Style): string {
  const { name, ok, journal, key, crl, findings } = audit;
  const { head } = journal ?? {};
  const rows: BlockRow[] = [
    ['journal', journal ? `${journal.records} records in ${journal.commits} commits` : []],
    ['issued', head ? `${head.totals.issued}, revoked ${head.totals.revoked}` : []],
    ['CRL', crl ? `${crl.number ?? ''} until ${untilText(crl.nextUpdate, now)}` : []],
    ['key', key ? KEYS[key] : []],
    ['head', headText(audit) ?? []],
  ];
  const verdict = ok ? style.paint('good', 'sound') : style.paint('bad', 'not sound');
  return [
    `CA ${quoteForeign(name)}: ${verdict}\n${renderBlock(rows, { style, indent: 2 })}`,
    ...findings.map((finding) => findingText(finding, style)),
  ].join('\n\n');
}

function untilText(nextUpdate: Date | undefined, now: Date): string {
  return nextUpdate === undefined ? 'no time that it names' : formatTimeFrom(nextUpdate, now);
}
