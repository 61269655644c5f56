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
  isText,
  type AttributeTypeAndValue,
  type DistinguishedName,
} from './distinguished-name.ts';
export { attributeOf, dnOf, parseDn } from './dn-text.ts';
