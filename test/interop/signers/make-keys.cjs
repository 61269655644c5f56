// Makes key pairs in a token, which never leave it: make-keys.cjs MODULE PIN TYPE:LABEL …
'use strict';

const pkcs11 = require('pkcs11js');

const [, , path, pin, ...wanted] = process.argv;

const named = (text) => Buffer.from(text, 'hex');
const TYPES = {
  'ec-p256': [pkcs11.CKM_EC_KEY_PAIR_GEN, 'ec', named('06082a8648ce3d030107')],
  'ec-p384': [pkcs11.CKM_EC_KEY_PAIR_GEN, 'ec', named('06052b81040022')],
  'ec-p521': [pkcs11.CKM_EC_KEY_PAIR_GEN, 'ec', named('06052b81040023')],
  // PrintableString "edwards25519" (PKCS#11 3.0 §6.3.3)
  ed25519: [0x1055, 'ec', named('130c656477617264733235353139')],
  'rsa-2048': [pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN, 'rsa', 2048],
};

const module11 = new pkcs11.PKCS11();
module11.load(path);
module11.C_Initialize();
const [slot] = module11.C_GetSlotList(true);
const session = module11.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION | pkcs11.CKF_RW_SESSION);
module11.C_Login(session, pkcs11.CKU_USER, pin);
wanted.forEach((one, index) => {
  const [type, label] = one.split(':');
  const [mechanism, family, size] = TYPES[type];
  const common = [
    { type: pkcs11.CKA_TOKEN, value: true },
    { type: pkcs11.CKA_LABEL, value: label },
    { type: pkcs11.CKA_ID, value: Buffer.from([index + 1]) },
  ];
  const about =
    family === 'ec'
      ? [{ type: pkcs11.CKA_EC_PARAMS, value: size }]
      : [
          { type: pkcs11.CKA_MODULUS_BITS, value: size },
          { type: pkcs11.CKA_PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
        ];
  module11.C_GenerateKeyPair(
    session,
    { mechanism },
    [...common, ...about, { type: pkcs11.CKA_VERIFY, value: true }],
    [
      ...common,
      { type: pkcs11.CKA_PRIVATE, value: true },
      { type: pkcs11.CKA_SENSITIVE, value: true },
      { type: pkcs11.CKA_EXTRACTABLE, value: false },
      { type: pkcs11.CKA_SIGN, value: true },
    ],
  );
});
module11.C_Finalize();
