// mtls why: a mutual handshake on paper, and which side refuses it.
import { existsSync } from 'node:fs';
import { whyRefused, type Party, type Side, type WhyAnswer } from '../../diagnose/why.ts';
import { parseTime } from '../../profile/duration.ts';
import { hostIdentity } from '../../verify/asked.ts';
import { argument, defineCommand, value, type Invocation } from '../command.ts';
import { gatherSources } from '../gathered.ts';
import { homeCas } from '../home-cas.ts';
import { countFindings, findingJson, findingText } from '../render/findings.ts';
import { renderTable } from '../render/table.ts';
import { givenPassphrase, PASSPHRASE_OPTIONS } from '../secrets.ts';
import type { Style } from '../style.ts';

export const command = defineCommand({
  description:
    'Play the mutual handshake of two sides on paper, both directions, and say which side ' +
    'refuses and why. Each side is a folder, a file that holds all, a Secret, or files with ' +
    'commas between them: cert,key,ca; a server may also be host:port, whose chain is then fetched.',
  arguments: {
    client: argument('required', 'client', 'what the client has'),
    server: argument('required', 'server', 'what the server has'),
  },
  options: {
    host: value('--host <name>', 'the name by which the client calls; else no name is judged'),
    at: value('--at <time>', 'at this time: a date, a time, or +/-duration; now by default'),
    ...PASSPHRASE_OPTIONS,
  },
  examples: [
    { line: 'mtls why client/ server/ --host api.example.internal', does: 'two folders' },
    {
      line: 'mtls why client.crt,client.key,ca.crt server-secret.yaml',
      does: 'files against a Kubernetes Secret',
    },
  ],
  exitCodes: [[0, 'both accept'], [1, 'one of them refuses'], 3, 4],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const now = context.clock();
    const passphrase = givenPassphrase(invocation);
    const answer = whyRefused(
      {
        client: await partyOf(invocation, 'client', args.client, passphrase),
        server: await partyOf(invocation, 'server', args.server, passphrase),
      },
      {
        at: options.at === undefined ? now : parseTime(options.at, now),
        ...(options.at === undefined && { clock: now }),
        host: options.host === undefined ? undefined : hostIdentity(options.host),
        homeCas: await homeCas(invocation, [args.client, args.server]),
        passphrase,
      },
    );
    if (options.host === undefined)
      output.hint('the server’s name was not judged: give the one that clients call with --host');
    output.result({
      ok: answer.ok,
      json: () => ({
        steps: answer.steps,
        findings: answer.findings.map((finding) => ({
          ...findingJson(finding),
          refusedBy: finding.refusedBy ?? null,
          alert: finding.alert ?? null,
        })),
      }),
      text: () => answerText(answer, output.style),
    });
    return answer.ok ? 0 : 1;
  },
});

/** A path as it is, before one with commas is taken for several. */
async function partyOf(
  invocation: Invocation,
  side: Side,
  given: string,
  passphrase: Uint8Array | undefined,
): Promise<Party> {
  const sources = existsSync(given) ? [given] : given.split(',').filter((path) => path !== '');
  const documents = await gatherSources(invocation, sources, passphrase);
  // Nothing to play with: what is wrong with the files themselves is the answer
  const [trouble] = documents.flatMap(({ troubles }) => troubles);
  if (trouble && documents.every(({ parts }) => parts.length === 0)) throw trouble;
  return { side, sources, documents };
}

function answerText({ steps, findings, ok }: WhyAnswer, style: Style): string {
  const rows = steps.map(({ from, message, says }) => [
    { text: from === 'client' ? 'client →' : '← server', tone: 'faint' as const },
    message,
    says,
  ]);
  return [
    renderTable(undefined, rows, style),
    ...findings.map((finding) => findingText(finding, style)),
    ok ? 'both sides accept' : countFindings(findings),
  ].join('\n\n');
}
