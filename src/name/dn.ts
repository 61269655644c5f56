// Distinguished names: the door to this part of the room.
export {
  attributeValues,
  commonName,
  comparisonKeys,
  decodeDn,
  dnEqual,
  EMPTY_DN,
  encodeDn,
  formatDn,
  type AttributeTypeAndValue,
  type DistinguishedName,
  type RelativeName,
} from './distinguished-name.ts';
export { dnOf, parseDn } from './dn-text.ts';
export { ATTRIBUTE_TYPES, COMMON_NAME, COUNTRY, EMAIL_ADDRESS } from './attributes.ts';
