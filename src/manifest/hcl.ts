// Strings of HCL, in which settings of HashiCorp's programs and of SPIRE are written.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

/**
 * A quoted string.
 *
 * @param settings where it is to stand, for messages
 * @param example what would do
 * @throws MtlsError BAD_OPTION for a text that HCL would read otherwise
 */
export function hclString(text: string, settings: string, example: string): string {
  if (/^[\x20-\x7e]*$/.test(text) && !/["\\]|[$%]\{/.test(text)) return `"${text}"`;
  throw new MtlsError('BAD_OPTION', `${quoteForeign(text)} cannot stand in ${settings} as it is`, {
    hint: `name a folder of plain letters: ${example}`,
  });
}
