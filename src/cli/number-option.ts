// Whole numbers as options.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

/** The number that was given, if one was. Throws BAD_OPTION for what is none, or outside the bounds. */
export function readNumber(
  option: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= most) return number;
  throw new MtlsError('BAD_OPTION', `${option} does not take ${quoteForeign(text)}`, {
    hint: `give a number from ${least} to ${most}`,
  });
}
