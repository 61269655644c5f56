// Keys, public and private: the room's door to them.
export { describeKey, parsePublicKey, type PublicKey } from './public-key.ts';
export { keyObjectOf } from './key-object.ts';
export { keepForSigning, pkcs8Of, type PrivateKey } from './private-key.ts';
export {
  privateKeyFromPkcs1,
  privateKeyFromPkcs8,
  privateKeyFromSec1,
} from './private-key-read.ts';
