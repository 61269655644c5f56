// Passphrases while a command runs: those of variables leave the environment before any work begins,
// so that no program started from here inherits one, asked for or not; and all are cleared.
import { joinSecret, secretOfText } from '../base/bytes.ts';
import type { Context } from './context.ts';

interface Held {
  /** By the name of their variable. */
  readonly variables: Map<string, Uint8Array>;
  readonly given: Set<Uint8Array>;
}

const held = new WeakMap<Context, Held>();

function heldBy(context: Context): Held {
  const known = held.get(context) ?? { variables: new Map(), given: new Set() };
  held.set(context, known);
  return known;
}

/** Takes what `--passphrase-env` and its kin name out of the environment. */
export function withholdPassphrases(
  options: Readonly<Record<string, unknown>>,
  context: Context,
): void {
  for (const [option, name] of Object.entries(options))
    if (typeof name === 'string' && /passphraseEnv$/i.test(option)) withhold(name, context);
}

function withhold(name: string, context: Context): void {
  const found = context.env[name];
  if (found === undefined) return;
  heldBy(context).variables.set(name, secretOfText(found));
  Reflect.deleteProperty(context.env, name);
}

/** A copy of the passphrase that stood in a variable; undefined where there is none. */
export function withheldPassphrase(name: string, context: Context): Uint8Array | undefined {
  withhold(name, context);
  const found = heldBy(context).variables.get(name);
  return found && joinSecret(found);
}

/** Remembers a passphrase that is given out, to be cleared. */
export function holdPassphrase(passphrase: Uint8Array, context: Context): Uint8Array {
  heldBy(context).given.add(passphrase);
  return passphrase;
}

/** Clears every passphrase; none is asked for again. */
export function clearPassphrases(context: Context): void {
  const known = held.get(context);
  if (known === undefined) return;
  for (const passphrase of [...known.variables.values(), ...known.given]) passphrase.fill(0);
  held.delete(context);
}
