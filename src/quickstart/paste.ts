// Lines to paste, for the folder that `up` made. They are fixed texts: every file in the folder
// has a fixed name, so nothing in them needs quoting.
import { readTemplate } from '../manifest/template.ts';

export interface Paste {
  readonly id: string;
  readonly title: string;
  /** Runs in a POSIX shell, in the folder. */
  readonly script: string;
}

const PASTES: readonly (readonly [id: string, title: string])[] = [
  ['node-server', 'a server on port 8443: Node'],
  ['nginx-server', 'the same: nginx'],
  ['go-server', 'the same: Go'],
  ['curl-client', 'a client: curl'],
  ['openssl-client', 'the same: openssl s_client'],
  ['node-client', 'the same: Node'],
  ['go-client', 'the same: Go'],
  ['kubectl', 'a Kubernetes Secret: kubectl (mtls k8s secret adds ca.crt)'],
];

export function pastes(): readonly Paste[] {
  return PASTES.map(([id, title]) => ({
    id,
    title,
    script: readTemplate(`quickstart/${id}.sh`),
  }));
}
