// The commands there are. Each is loaded only when it is the one that runs.

import type { CommandDefinition } from './command.ts';

export interface CommandEntry {
  /** The words that name it, such as `['ca', 'init']`. */
  readonly path: readonly string[];
  /** Its arguments as the list of commands shows them. */
  readonly usage: string;
  readonly summary: string;
  readonly load: () => Promise<{ readonly command: CommandDefinition }>;
}

export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CommandEntry[];
}

/** In the order in which help lists them. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    title: 'Look and check',
    commands: [],
  },
];

/** First words that only lead to further ones, with what they are about. */
export const NOUNS: Readonly<Record<string, string>> = {
  ca: 'make and keep certificate authorities',
  k8s: 'Kubernetes manifests of certificates',
};

export const COMMANDS: readonly CommandEntry[] = COMMAND_GROUPS.flatMap((group) => group.commands);

/** The name of a command in schemas: `ca-init`. */
export function commandId(entry: CommandEntry): string {
  return entry.path.join('-');
}
