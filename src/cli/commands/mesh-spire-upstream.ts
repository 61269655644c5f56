// mtls mesh spire upstream: the CA above SPIRE’s own, as files for its disk plugin.
import { join, resolve } from 'node:path';
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import type { Authority } from '../../ca/authority.ts';
import { caRequestOf } from '../../ca/ca-request.ts';
import { encodeBundle } from '../../codec/bundle.ts';
import { writePrivateKey } from '../../codec/pkcs8.ts';
import { distinct } from '../../verify/asked.ts';
import { refuseTaken, writeFilesAtomic, type NewFile } from '../../store/atomic.ts';
import { makeFolder } from '../../store/folder.ts';
import { argument, defineCommand, value, values } from '../command.ts';
import { readKeyType, readValidity, VALIDITY_OPTIONS } from '../identity.ts';
import { gatherRoots } from '../manifest-roots.ts';
import { meshCa, MESH_CA_OPTIONS } from '../mesh-ca.ts';
import { readNumber } from '../number-option.ts';
import { OUTPUT_OPTIONS } from '../output-options.ts';
import { authorityJson, certificateFacts } from '../render/authority.ts';
import { shellWord } from '../render/shell.ts';
import { warnOfFixtures } from '../test-fixtures.ts';

/** Where the server looks, unless told otherwise. */
const USUAL_FOLDER = '/etc/spire-server/upstream';

export const command = defineCommand({
  description:
    'Write what SPIRE’s UpstreamAuthority "disk" reads: upstream.crt (CA, then those above), ' +
    'upstream.key, bundle.crt (the root) and upstream.conf for server.conf. The CA is an ' +
    'intermediate of the home, made where it is missing. SPIRE puts a CA of its own below it: ' +
    'path length 0 is refused, and so are a root’s key and one of Ed25519. While one root takes ' +
    'over from another, add it with --also-trust.',
  arguments: { name: argument('optional', 'name', 'the CA above SPIRE; spire by default') },
  options: {
    out: OUTPUT_OPTIONS.out,
    force: OUTPUT_OPTIONS.force,
    filesAt: value(
      '--files-at <folder>',
      `where the server finds the files; ${USUAL_FOLDER} by default`,
    ),
    ...MESH_CA_OPTIONS,
    alsoTrust: values(
      '--also-trust <ca>',
      'another root for bundle.crt: a CA of the home, or a file (with a / or .)',
    ),
    trustDomain: value(
      '--trust-domain <name>',
      'when it is made: names the CA, and permits no other',
    ),
    pathLen: value('--path-len <number>', 'when it is made: levels of CAs below; 1 by default'),
    subject: value('--subject <dn>', 'subject, when it is made; CN=<name> by default'),
    keyType: value(
      '--key-type <type>',
      'when it is made: ec-p256, ec-p384, ec-p521, rsa-2048, rsa-3072 or rsa-4096',
      'Validity and key:',
    ),
    ...VALIDITY_OPTIONS,
  },
  examples: [
    {
      line: 'mtls mesh spire upstream --ca root --trust-domain example.org --out upstream',
      does: 'then put upstream.conf into plugins of server.conf',
    },
    {
      line: 'mtls mesh spire upstream --ca root --path-len 2 --files-at /run/spire/upstream',
      does: 'with room for a nested SPIRE',
    },
    {
      line: 'mtls mesh spire upstream --also-trust new-root --out upstream --force',
      does: 'the first step from one root to another: docs/mesh.md has them all',
    },
  ],
  exitCodes: [0, 2, 3, 4, [7, 'a root, path length 0, an expired CA above it, or a file exists']],
  async run(invocation) {
    const { args, options, context, output } = invocation;
    const name = args.name ?? 'spire';
    const pathLength = readNumber('--path-len', options.pathLen, 0, 255) ?? 1;
    if (pathLength === 0) throw noRoom(name);
    const wantedKey = readKeyType(options);
    if (wantedKey.keyType === 'ed25519') throw wrongKey(name, 'BAD_OPTION');
    const { spireSignsWith, UPSTREAM_FILES, upstreamSettings } =
      await import('../../manifest/spire.ts');
    const settings = upstreamSettings(options.filesAt ?? USUAL_FOLDER);
    const folder = resolve(context.cwd, options.out ?? '.');
    const at = (file: keyof typeof UPSTREAM_FILES) => join(folder, UPSTREAM_FILES[file]);
    const keys = Object.keys(UPSTREAM_FILES) as (keyof typeof UPSTREAM_FILES)[];
    refuseTaken(keys.map(at), { force: options.force });
    const others =
      options.alsoTrust.length === 0 ? [] : await gatherRoots(invocation, options.alsoTrust);
    const { authority, key, made } = await meshCa(invocation, name, {
      request: (now) => ({
        ...caRequestOf(
          {
            subject: options.subject,
            trustDomain: options.trustDomain,
            ...wantedKey,
            ...readValidity(options, now),
          },
          name,
        ),
        pathLength,
      }),
      vet: (one) => {
        if (one.store.name !== name) return;
        if (!spireSignsWith(one.certificate.publicKey)) throw wrongKey(name, 'KEY_UNSUPPORTED');
        checkRoom(one, name);
      },
    });
    const roots = distinct([authority.root, ...others]);
    warnOfFixtures([...authority.path, ...others], output);
    const texts: Readonly<Record<keyof typeof UPSTREAM_FILES, string>> = {
      certificate: encodeBundle(authority.intermediates),
      key: writePrivateKey(key),
      bundle: encodeBundle(roots),
      settings,
    };
    const files = keys.map((one): NewFile => ({
      path: at(one),
      bytes: texts[one],
      mode: one === 'key' ? 0o600 : 0o644,
    }));
    makeFolder(folder, 0o755);
    writeFilesAtomic(files, { force: options.force });
    output.note(
      `${shellWord(at('key'))} is the key of CA ${quoteForeign(name)}: who reads it can sign as it`,
    );
    output.result({
      json: () => ({
        created: made,
        files: Object.fromEntries(keys.map((one) => [one, at(one)])),
        settings,
        ca: authorityJson(authority),
        roots: roots.map(certificateFacts),
      }),
      text: () =>
        `wrote ${files.map(({ path }) => shellWord(path)).join(', ')}\n` +
        `for plugins in server.conf:\n${settings.trimEnd()}`,
    });
    return 0;
  },
});

/** Refuses a CA below which SPIRE could put none. The CA above a new one is judged when it signs. */
function checkRoom({ certificate }: Authority, name: string): void {
  if (certificate.basicConstraints?.pathLength === 0) throw noRoom(name);
}

function noRoom(name: string): MtlsError {
  return new MtlsError(
    'PATH_LENGTH',
    `path length 0 lets CA ${quoteForeign(name)} sign workloads alone, and SPIRE puts a CA of its own below it: every SVID would be refused`,
    { hint: 'name a CA that is to be made, or give --path-len 1', data: { ca: name } },
  );
}

function wrongKey(name: string, code: 'BAD_OPTION' | 'KEY_UNSUPPORTED'): MtlsError {
  return new MtlsError(
    code,
    `SPIRE takes keys of ECDSA and RSA from its disk plugin, and CA ${quoteForeign(name)} would sign with another`,
    {
      hint: 'name a CA that is to be made, with --key-type ec-p256; those above it may keep theirs',
      data: { ca: name },
    },
  );
}
