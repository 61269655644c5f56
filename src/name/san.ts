// The names a certificate may carry: the door to this part of the room.
export {
  decodeGeneralNames,
  encodeGeneralName,
  encodeGeneralNames,
  formatGeneralName,
  generalNameFault,
  readGeneralName,
  type GeneralName,
} from './general-name.ts';
export { parseIdentityName, parseNameAs, type NameFlag } from './identity.ts';
export { fileStem } from './file-stem.ts';
export { hostsInSubject } from './subject-hosts.ts';
