// Where a manifest goes: stdout, a file, or a folder that kustomize builds.
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fromUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { refuseTaken, writeFileAtomic, writeFilesAtomic, type NewFile } from '../store/atomic.ts';
import { makeFolder } from '../store/folder.ts';
import { readBoundedFile } from '../store/read.ts';
import type { GlobalOptions, OptionValues } from './command.ts';
import type { Context } from './context.ts';
import type { OBJECT_OPTIONS } from './k8s-options.ts';
import type { Output } from './output.ts';
import { shellWord } from './render/shell.ts';

type PlaceOptions = Pick<OptionValues<typeof OBJECT_OPTIONS>, 'file' | 'kustomize' | 'force'>;

export interface ManifestPlace {
  readonly path: string;
  /** The folder of a kustomization that lists it. */
  readonly kustomize: string | undefined;
  /** It changes an object that is there, in place of being one. */
  readonly patch: boolean;
  readonly force: boolean;
}

export interface MadeManifest {
  readonly yaml: string;
  /** Names what was made, for the report: `Secret "api-tls"`. */
  readonly title: string;
  /** It holds a private key: only its owner may read the file. */
  readonly secret?: boolean;
  /** False where not all that was asked for is in it. */
  readonly ok?: boolean;
  /** For the JSON document. */
  readonly facts: () => Readonly<Record<string, unknown>>;
}

/**
 * Refuses `--json` for what holds a private key and has no file to go to. Throws USAGE.
 *
 * @param hint what to type in its place: `name a file for the Secret: --file secret.yaml`
 */
export function refuseKeyInJson(
  { json }: GlobalOptions,
  { file, kustomize }: PlaceOptions,
  hint: string,
): void {
  if (json && file === undefined && kustomize === undefined)
    throw new MtlsError('USAGE', 'a JSON document never holds a key', { hint });
}

/**
 * Where `--file` or `--kustomize` says that the manifest goes, undefined for stdout. Looked at
 * before anything is issued for it.
 *
 * @param stem of its file in a folder of kustomize: `secret-api-tls`
 * @throws MtlsError FILE_EXISTS, WRITE_FAILED, USAGE for both, YAML_MALFORMED for a folder whose
 *   kustomization is none
 */
export async function manifestPlace(
  { file, kustomize, force }: PlaceOptions,
  { cwd }: Context,
  stem: string,
  patch = false,
): Promise<ManifestPlace | undefined> {
  if (file !== undefined && kustomize !== undefined)
    throw new MtlsError('USAGE', '--file and --kustomize exclude each other', {
      hint: 'a folder of kustomize names its files itself',
    });
  if (kustomize !== undefined) {
    const folder = resolve(cwd, kustomize);
    // A name may hold colons, which files of Windows may not; what else it holds is refused later
    const path = join(folder, `${stem.replace(/[^A-Za-z0-9._-]/g, '-')}.yaml`);
    refuseTaken([path], { force });
    const place = { path, kustomize: folder, patch, force };
    await kustomizationOf(place);
    return place;
  }
  if (file === undefined) return undefined;
  const path = resolve(cwd, file);
  refuseTaken([path], { force });
  const folder = dirname(path);
  if (!existsSync(folder))
    throw new MtlsError('WRITE_FAILED', `there is no folder ${quoteForeign(folder)}`, {
      hint: 'make it first, or name another file',
      data: { path },
    });
  return { path, kustomize: undefined, patch, force };
}

/** Writes or prints the manifest as the command's one result. Throws WRITE_FAILED, YAML_MALFORMED. */
export async function deliverManifest(
  output: Output,
  place: ManifestPlace | undefined,
  { yaml, title, secret = false, ok = true, facts }: MadeManifest,
): Promise<void> {
  if (place) await writeManifest(place, yaml, secret ? 0o600 : 0o644);
  output.result({
    ok,
    json: () => ({
      ...facts(),
      path: place?.path ?? null,
      // A document that holds no key may be in another
      ...(place === undefined && !secret && { manifest: yaml }),
    }),
    ...(place === undefined
      ? { document: () => yaml }
      : { text: () => `wrote ${shellWord(place.path)}: ${title}${secret ? ', mode 0600' : ''}` }),
  });
  // Folders of kustomize are kept in repositories, and whoever reads one has the key for good
  if (secret && place?.kustomize !== undefined)
    output.note(
      `${basename(place.path)} holds a private key: keep it out of version control, or encrypt it first`,
    );
}

async function writeManifest(place: ManifestPlace, bytes: string, mode: number): Promise<void> {
  const { path, kustomize, force } = place;
  const kustomization = await kustomizationOf(place);
  if (kustomize === undefined || !kustomization) {
    writeFileAtomic({ path, bytes, mode }, { force });
    return;
  }
  makeFolder(kustomize, 0o755);
  refuseTaken([path], { force });
  // The kustomization may be there: it goes on as it was but for this file
  writeFilesAtomic([{ path, bytes, mode }, kustomization], { force: true });
}

/** The kustomization with the manifest in it. */
async function kustomizationOf({
  path,
  kustomize,
  patch,
}: ManifestPlace): Promise<NewFile | undefined> {
  if (kustomize === undefined) return undefined;
  // YAML is loaded where it is read
  const { extendedKustomization, KUSTOMIZATION_NAMES, newKustomization } =
    await import('../manifest/kustomization.ts');
  const entry = { file: basename(path), patch };
  const places = KUSTOMIZATION_NAMES.map((name) => join(kustomize, name));
  const old = places.find((place) => existsSync(place));
  return {
    path: old ?? (places[0] as string),
    bytes:
      old === undefined
        ? newKustomization(entry)
        : extendedKustomization(old, readText(old), entry),
    mode: 0o644,
  };
}

const MAX_KUSTOMIZATION = 1024 * 1024;

function readText(path: string): string {
  const text = fromUtf8(readBoundedFile(path, { max: MAX_KUSTOMIZATION }));
  if (text !== undefined) return text;
  throw new MtlsError('YAML_MALFORMED', `${quoteForeign(path)} is not UTF-8`, {
    hint: 'mend it, or name another folder with --kustomize',
    data: { path },
  });
}
