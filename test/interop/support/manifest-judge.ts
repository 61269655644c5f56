// The program of test/interop/mesh/go-kinds: what the systems' own types, defaults, validators and
// CRDs make of manifests.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasPeer } from './peers.ts';

export interface Verdict {
  /** `apps/v1/Deployment` */
  readonly kind: string;
  readonly name: string;
  /** Nothing, where it is accepted. */
  readonly wrong: readonly string[];
  readonly warnings: readonly string[];
}

/** Judges texts of YAML, each for itself: a verdict for each of its documents. */
export type ManifestJudge = (texts: readonly string[]) => readonly (readonly Verdict[])[];

/** Where Go modules keep their CRDs. The Gateway API's are those that most clusters have. */
const CRDS = {
  'sigs.k8s.io/gateway-api': 'config/crd/standard',
  'istio.io/api': 'kubernetes/customresourcedefinitions.gen.yaml',
  'github.com/cert-manager/cert-manager': 'deploy/crds',
  'github.com/cert-manager/trust-manager': 'deploy/crds',
};

const cwd = fileURLToPath(new URL('../mesh/go-kinds', import.meta.url));
const go = (...args: string[]) => execFileSync('go', args, { cwd, encoding: 'utf8' }).trim();

/** Built from modules that come through the module proxy, which not every machine reaches. */
export function manifestJudge(): ManifestJudge | undefined {
  if (!hasPeer('go', ['version'])) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'mtls-kinds-'));
  const program = join(folder, 'go-kinds');
  const built = spawnSync('go', ['build', '-mod=readonly', '-ldflags=-s -w', '-o', program, '.'], {
    cwd,
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    if (process.env['MTLS_REQUIRE_PEERS'] === '1')
      throw new Error(`the systems' modules cannot be built: ${built.stderr}`);
    return undefined;
  }
  const crds = Object.entries(CRDS).map(([module, place]) =>
    join(go('list', '-mod=readonly', '-m', '-f', '{{.Dir}}', module), place),
  );
  let asked = 0;
  return (texts) => {
    const files = texts.map((text) => {
      const file = join(folder, `${++asked}.yaml`);
      writeFileSync(file, text, { mode: 0o600 });
      return file;
    });
    const said = execFileSync(program, [crds.join(','), ...files], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    const verdicts = said.split('\n').filter(Boolean).map(parseVerdict);
    return files.map((file) => verdicts.filter((one) => one.file === file).map(bare));
  };
}

type Line = Verdict & { readonly file: string };
const parseVerdict = (line: string): Line => JSON.parse(line) as Line;
const bare = ({ kind, name, wrong, warnings }: Line): Verdict => ({ kind, name, wrong, warnings });
