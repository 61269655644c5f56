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
  type DistinguishedName,
} from './distinguished-name.ts';
export { dnOf, parseDn } from './dn-text.ts';
