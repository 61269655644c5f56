// Several certificates in one command: each is a commit of its own, so what stands must be said.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { undivided, type Reaching } from './authority.ts';
import { Interrupted } from './exit.ts';

interface Batch<Item, Done> {
  readonly title: (item: Item) => string;
  /** What is done to each: "signed", "renewed". */
  readonly verb: string;
  readonly work: (item: Item) => Promise<Done>;
}

/**
 * Does one after another. The first that fails ends it: where others were done before, a warning
 * says so instead of an error, since what they left is on record and must be shown; the command
 * then ends with 6.
 *
 * @throws what the first one threw; Interrupted, with the count of what stands
 */
export async function inTurn<Item, Done>(
  reaching: Reaching,
  items: readonly Item[],
  { title, verb, work }: Batch<Item, Done>,
): Promise<readonly Done[]> {
  const done: Done[] = [];
  for (const item of items) {
    try {
      done.push(await undivided(reaching, () => work(item)));
    } catch (error) {
      if (done.length === 0) throw error;
      const stands = `${done.length} of ${items.length} ${done.length === 1 ? 'is' : 'are'} ${verb}`;
      if (error instanceof Interrupted) reaching.output.note(stands);
      if (!(error instanceof MtlsError)) throw error;
      reaching.output.warn(
        `${stands}; ${quoteForeign(title(item))} is not: ${error.message} [${error.code}]` +
          (error.hint === undefined ? '' : `; ${error.hint}`),
      );
      break;
    }
  }
  return done;
}
