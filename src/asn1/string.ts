// The string types of PKIX to text and back (RFC 5280 §4.1.2.4, X.680 §41).
import { MtlsError } from '../base/errors.ts';
import { fromUtf8, toUtf8 } from '../base/bytes.ts';
import { Tag, type Element } from './reader.ts';
import { element } from './writer.ts';

const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?]*$/;

export function isPrintableString(text: string): boolean {
  return PRINTABLE.test(text);
}

/** ASCII, control characters included (RFC 5280's IA5String). */
export function isIa5String(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- IA5 is all of ASCII
  return /^[\x00-\x7f]*$/.test(text);
}

export function isStringTag(tag: number): boolean {
  return (
    tag === Tag.Utf8String ||
    tag === Tag.PrintableString ||
    tag === Tag.Ia5String ||
    tag === Tag.TeletexString ||
    tag === Tag.BmpString ||
    tag === Tag.UniversalString ||
    tag === Tag.NumericString ||
    tag === Tag.VisibleString
  );
}

/** Text of a string element; a character outside the type's set is refused. */
export function readString(found: Element): string {
  const fail = (what: string) =>
    new MtlsError('DER_MALFORMED', `malformed DER: ${what} at byte ${found.offset}`);
  const { tag, content } = found;
  switch (tag) {
    case Tag.Utf8String: {
      const text = fromUtf8(content);
      if (text === undefined) throw fail('UTF8String is not UTF-8');
      return text;
    }
    case Tag.PrintableString:
    case Tag.NumericString:
    case Tag.VisibleString:
    case Tag.Ia5String: {
      const text = latin1(content);
      const fits =
        tag === Tag.PrintableString
          ? isPrintableString(text)
          : tag === Tag.NumericString
            ? /^[0-9 ]*$/.test(text)
            : tag === Tag.VisibleString
              ? /^[\x20-\x7e]*$/.test(text)
              : isIa5String(text);
      if (!fits) throw fail('character outside the string type');
      return text;
    }
    // T.61 has no reader left; like OpenSSL and Go, take it as Latin-1
    case Tag.TeletexString:
      return latin1(content);
    case Tag.BmpString: {
      if (content.length % 2 !== 0) throw fail('BMPString of odd length');
      let text = '';
      for (let i = 0; i < content.length; i += 2) {
        const unit = ((content[i] as number) << 8) | (content[i + 1] as number);
        if (unit >= 0xd800 && unit <= 0xdfff) throw fail('BMPString with a surrogate');
        text += String.fromCharCode(unit);
      }
      return text;
    }
    case Tag.UniversalString: {
      if (content.length % 4 !== 0) throw fail('UniversalString of odd length');
      const points = new DataView(content.buffer, content.byteOffset, content.byteLength);
      let text = '';
      for (let i = 0; i < content.length; i += 4) {
        const point = points.getUint32(i);
        if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
          throw fail('UniversalString outside Unicode');
        text += String.fromCodePoint(point);
      }
      return text;
    }
    default:
      throw fail('a string was expected');
  }
}

function latin1(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1');
}

export function utf8String(text: string): Uint8Array {
  return element(Tag.Utf8String, toUtf8(text));
}
