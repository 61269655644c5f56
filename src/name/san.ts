// The names a certificate may carry: the door to this part of the room.
export {
  decodeGeneralNames,
  encodeGeneralName,
  encodeGeneralNames,
  formatGeneralName,
  GENERAL_NAME_TAGS,
  generalNameFault,
  readGeneralName,
  readGeneralNames,
  type GeneralName,
  type GeneralNameKind,
} from './general-name.ts';
export { parseIdentityName, parseNameAs, type NameFlag } from './identity.ts';
export { fileStem } from './file-stem.ts';
