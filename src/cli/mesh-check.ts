// What the check commands of the meshes share: sources in, findings out.
import { MtlsError } from '../base/errors.ts';
import type { Document, Resource } from '../diagnose/document.ts';
import { bySeverity, type Finding } from '../diagnose/finding.ts';
import type { ExitCode } from './exit.ts';
import type { Invocation } from './command.ts';
import { argument, value } from './command.ts';
import { gatherSources } from './gathered.ts';
import { countFindings, findingJson, findingText } from './render/findings.ts';
import { parseTime } from '../profile/duration.ts';

export const CHECK_ARGUMENTS = {
  sources: argument('some', 'source', 'folder, file, or manifest; - for standard input'),
} as const;

export const CHECK_OPTIONS = {
  at: value('--at <time>', 'at this time: a date, a time, or +/-duration; now by default'),
} as const;

export const CHECK_EXIT_CODES: readonly (ExitCode | readonly [ExitCode, string])[] = [
  [0, 'healthy'],
  [1, 'something is wrong'],
  2,
  [3, 'nothing that can be read, or nothing of this system in it'],
];

interface Checked {
  /** What was found to check; nothing where none of it is this mesh's. */
  readonly places: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * Reads the sources, judges them, and ends with 1 when anything is wrong.
 *
 * @param isOurs which objects of manifests the check judges, besides certificates and keys
 */
export async function reportCheck(
  invocation: Pick<Invocation, 'context' | 'output'> & {
    readonly args: { readonly sources: readonly string[] };
    readonly options: { readonly at: string | undefined };
  },
  wanted: string,
  check: (
    documents: readonly Document[],
    at: Date,
    resources: readonly Resource[],
  ) => Checked | Promise<Checked>,
  isOurs?: (resource: Resource) => boolean,
): Promise<ExitCode> {
  const { args, options, context, output } = invocation;
  const now = context.clock();
  const at = options.at === undefined ? now : parseTime(options.at, now);
  const resources: Resource[] = [];
  const take =
    isOurs &&
    ((resource: Resource) => {
      const ours = isOurs(resource);
      if (ours) resources.push(resource);
      return ours;
    });
  const documents = await gatherSources(invocation, args.sources, undefined, take);
  const { places, findings } = await check(documents, at, resources);
  const unread = unreadManifests(documents);
  if (places.length === 0 && unread[0]) throw unread[0].trouble;
  // An empty file, a pipe that stays silent: that it is not the mesh's is not known
  const unreached = documents
    .flatMap(({ troubles }) => troubles)
    .find(({ code }) => code.startsWith('FILE_'));
  if (places.length === 0 && unreached) throw unreached;
  if (places.length === 0)
    throw new MtlsError('NOTHING_FOUND', `no ${wanted} in what was given`, {
      hint: 'mtls inspect says what it holds',
    });
  const sorted = [...findings, ...unread.map(({ finding }) => finding)].sort(bySeverity);
  const ok = sorted.every(({ severity }) => severity === 'info');
  output.result({
    ok,
    text: () =>
      [
        ...sorted.map((finding) => findingText(finding, output.style)),
        ...(sorted.length > 0 ? [countFindings(sorted)] : []),
        ...(ok ? [places.map((place) => `healthy: ${place}`).join('\n')] : []),
      ].join('\n\n'),
    json: () => ({ places, findings: sorted.map(findingJson) }),
  });
  return ok ? 0 : 1;
}

/** Manifests of which nothing could be read: what is in them is not healthy, it is not known. */
function unreadManifests(
  documents: readonly Document[],
): readonly { readonly trouble: MtlsError; readonly finding: Finding }[] {
  return documents.flatMap(({ place, object, troubles }) =>
    troubles
      .filter(({ code }) => object === undefined && code === 'YAML_MALFORMED')
      .map((trouble) => ({
        trouble,
        finding: {
          code: trouble.code,
          severity: 'error' as const,
          subject: place,
          cause: trouble.message.replace(`${place}: `, ''),
          evidence: [],
          consequences: [],
        },
      })),
  );
}
