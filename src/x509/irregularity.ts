// What a standard forbids and a reader can still make sense of: shown by inspect, refused by verify.

export type IrregularityCode =
  | 'SERIAL_NEGATIVE'
  | 'SERIAL_ZERO'
  | 'SERIAL_TOO_LONG'
  | 'VERSION_UNKNOWN'
  | 'VERSION_TOO_LOW'
  | 'DEFAULT_ENCODED'
  | 'ALGORITHM_MISMATCH'
  | 'ISSUER_EMPTY'
  | 'NAME_MALFORMED'
  | 'TIME_FORM'
  | 'KEY_UNREADABLE'
  | 'UNIQUE_ID'
  | 'EXTENSIONS_EMPTY'
  | 'EXTENSION_DUPLICATE'
  | 'EXTENSION_EMPTY'
  | 'EXTENSION_MALFORMED'
  | 'KEY_USAGE_EMPTY'
  | 'NAMED_BITS_PADDED'
  | 'POLICY_DUPLICATE';

export interface Irregularity {
  readonly code: IrregularityCode;
  /** A plain sentence, lower case, no full stop, fit to be shown. */
  readonly detail: string;
  /** Where it is forbidden, such as `RFC 5280 §4.1.2.2`. */
  readonly clause: string;
}
