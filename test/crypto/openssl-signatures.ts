// Signatures over the six bytes 'sample', their AlgorithmIdentifiers and keys, by OpenSSL 3.0.19:
// openssl dgst -sign, openssl req -x509 and openssl pkey -pubout. Base64.

export const MESSAGE = 'sample';

const RSA =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1AMl/r8Q3wIIP9FTli4dKqOc3Wlv0FaPoUOZXEBslneX' +
  'FVM5cyv4WOPTu+s7zBRbsjUEPiEYE7RKTak+BbBvOlcEzl6OjuVYjTpZ7PQZZc2wOWGF6aTBgNz9hXT/pVKabBaH' +
  '74PzX05QNl7Z5RjGido6Nd2AYiGS7/GZfQqZBGRVxYdVVyc/iWzH7+Ui8jQ7IdHcTmt4YIlhgIDRxKMHSAIT+uzY' +
  'XZ8b2bw1F8Fk/XYmVtzBH3xIXtUMcifcPp/p774UPQEH2SK4qUIMN1+oFLR9PfBZtnmAa1VFsGe718yi5cioYb1R' +
  'h3HZGqZGhH3bysYOtmsSCVZn64vKJ19UCQIDAQAB';

const RSA_PSS =
  'MIIBIDALBgkqhkiG9w0BAQoDggEPADCCAQoCggEBAL6s8S/xkF7VwuS03b+1Pi/W9w3jgCssO9GGgRkREuYJb5Je' +
  '7YI9LCUZQrQ6NB6tlRfocQsfxWgl0D7PKF/vDSbpcDQ6wdH0X/FVRuFrnHP6ObrW5ugpDoa/y+M/nZWG1Q+Ekvye' +
  'pPOoZQw1B9K+nkVParxhg28O1aYZdfTFdwxHcSZFN0F+T3BMvAmoEKeK3XaKOHFROoAZP2TanV7B0UKw05QMfBj6' +
  'r9rS0S6OKcloDgbnlxGzse4NoT2oXJjv0Asg1NwpqKFoGS0gea+kHusNYZluei9e8Puo/ygh9MNegEFFJYV30Mu+' +
  '8Vz4qVk7ChACxUJRIGSHXrem2kDTemkCAwEAAQ==';

const P384 =
  'MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEX4OWNPffGSsaVf+OEFIy0PlXt2fpXyrXcUND+IwJAX49dFew0ZeiaehJ' +
  'VLEpbd88jbvu3EANJzHApBg1H1n5nX1SLfe1u0ibUJe7ZI7wl0WULXQAt/DpXctBEF62mW0q';

const SECP256K1 =
  'MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEpJRPy646qevDKENA4ksKKGlidsrhnT6FVyF6GCTWgPJChybu8kuotMa0' +
  'AoB1IHjSYOvwyVHdfXKNtrVc9oZy3A==';

const DSA =
  'MIIDQjCCAjUGByqGSM44BAEwggIoAoIBAQDEg01yuvRlbO0dH0ttSQWhdMvGvPL2JToX6CofeiRBwcYn4RW3BY3d' +
  'JyVANMytMYM5vZpkz0T6OzW854FBogiJWO6nPKvw6bTxRJP78QYksyobsorfDW5z3YjtiYU96p8Sp4KIf1o6yvl4' +
  'kazieHcrKuodguUgIZERCklznjrtFv8gGNPJEyfIoVNvGqeTOn4pFnUtcEhgIkJmj9NXxamUt4dx8zNYqYCI9r2f' +
  'fdWljOg8BPBHIzenWobBwaESNCjOnjgpmoDwgcCnv1iqOmKpOSGP6FavrMshVW2cFmJjPFY9Melu5ducjnBITr68' +
  'wZwKVbZtmP4s2DNDi1nqySJxAh0A2oPz8iuth8UMkvwHHwRVmlri6yO/eZIRPHMy4wKCAQAiB+uPJwZbLHwwEjN+' +
  'aQxBfLvwyDSYZnqsPx2Wiu1colgB6ABmu8E7AUWPTJQsF64ArwBIdYwMsRDTxtyXT7tcu5lhmn5UAvqgH0Mm4Cm0' +
  'Zz/fuxg/OY4XcgyhbipssMIfkHexCHWKwuk4T+K5GiecC4+rct1lD4G5nBlMR5AGq4jF3CV3wTcK8++PfZfPcuA/' +
  'vGuFoz4+DKXqQBV5PrRZ87gQY9E9wkqS4kZrl9hT9MMbLX57qpcTnUiL0hxZXe4/8Bvokq5wz+gHn5OFV+KNsZsS' +
  'XDYsGGtH137ch79hc/xV0kdIo6uF5nC4n8RgvJd2XiPAxL3AFVwxJc84MKa9A4IBBQACggEANjtXtZOHYiO7EZSv' +
  'xBFS9A/fXZ+pvkylEINgCqIfy3r8uVUlJFCDe8OUX2iiW93OzlJxf6iHmjpntSlm1sZ2xIHSdxkOUMHIYj4uce7m' +
  'lA4eIcrpbx6X+0ibRbTB9V4Na6/y01wOQzvfpr1Br86eKD0V645+8ilYTUlQhQwuRsrLIjHz7o2YCdacSNR6dz/A' +
  '0RRii8LzH1SaDAL4Oxk++HrwA5Chv65bGwnYF6ZtNl5imNi8CVJkboU0c61Asi49wR8ouI/yZ2/rRMluy2YquyMk' +
  'SHaHlgzXautR+0TijRrekUmTBEvpSwC3jBRS4Vfd5WNmmM+6BeuGgNQ/TyuTQA==';

export interface OpensslSignature {
  readonly name: string;
  readonly identifier: string;
  readonly spki: string;
  readonly signature: string;
}

export const OPENSSL_SIGNATURES: readonly OpensslSignature[] = [
  {
    name: 'rsa-sha1',
    identifier: 'MA0GCSqGSIb3DQEBBQUA',
    spki: RSA,
    signature:
      'aB17MQkAwc9wnR8MjXFGNKDPVRB4sEpquVI4KFJwpUhM5auNCcJymPEVpl7wAY2CAcMg0SC32pYAr9eqpYuarG7W' +
      '+mLKc1d10oSzGUBSkYuK6GULDIm3CX/RPRNne1xPELTMp/jSXEvGJpDmXTfY2z3gxUuVtaHwVMUNeHxrhLcBEryH' +
      'ZByPnOyG0lRpDEVcnUMzwn9p7/EgjOz6C4JJrJqeGSB7zwad4AdpB22hmv9dO169ob6Icn30CUTFSLjL70Kem5mI' +
      'Mu1rBDXJNm4C5JdYmpnBMfya5B3IUn4wGoNMv0Wok7UI0ruNJBKehYAy9Cdlzj6T5rRKF8Z06M+pWA==',
  },
  {
    name: 'rsa-sha256',
    identifier: 'MA0GCSqGSIb3DQEBCwUA',
    spki: RSA,
    signature:
      'KOIxZ/xicjNDl7MkA+qHyrgJUuoypUOZZGk5/Q09GzskmEf8IaQwOKAdI4lF5rN09qvBVOom9mQJB3JDIfV5hNac' +
      'mRos2tmvN60lzNHaqzHL4b3M43U7Q/Myo3hmGLT+YalGZ9443vk4dnqGFRTKMwnR0JGUDjYA+xAgrUzF7BaUCwD9' +
      '3rxeQnUqoUOGHSsN8j8u3OuZi3XmEobOFZTdgS/0NaFbUBK5n/hHjJOkyHUVuIYRfjwU3lTF60dIYOrk0sQUrcY3' +
      'NK+yHuvFMF+SvZHGr8cZ4jNODxMNu+LX7FIpAnK0+iHq2Hduu2X481toPMBONuMaC6P5KMxSFkoPjg==',
  },
  {
    name: 'rsa-sha384',
    identifier: 'MA0GCSqGSIb3DQEBDAUA',
    spki: RSA,
    signature:
      'EZBVNIkmZfRpbZVVTg6yA/twDf5Jot/nj+nkwT0tV+1/eVZQtMxy2ypCKM/0abzSoAiP+SImFAhBrLrZPzrOqytw' +
      '2DlSPgPY7/BGhei2C0tUlVnQqcCwn7/51yvIxhvDgAeapLtu9sjtpvuyNoaNse99fLBsCYvTFMWBgESnpbwfysR/' +
      '44GGVBtnDszPYsasvGW1pNHgE2ECfuvVdMfdwRWhFIBloybcl9vU5Nw4yWYzDVgXparDwJiy2P3WYIhsa90hbK8b' +
      '+m+FBjtSq7puOzhXhoR3enYK0+055B7+6PFmAS6SorLNA5Icpa1Rc0NdEDEY75g5B7DVYwwuv/CdmA==',
  },
  {
    name: 'rsa-sha512',
    identifier: 'MA0GCSqGSIb3DQEBDQUA',
    spki: RSA,
    signature:
      'iHKZ0WQnXT2E2d9IlGOXC8h9Tm+56WFb05VdiPmyZ0bztBXUQA9gj/S+D4NcaylXZlDbyCmefEZybcjLYBQgwuqc' +
      'IjOe+QUoJ+yfrWuxTP86MfOvTWaR0XG612cA2mBfeNA6i5tHEEiZ4XoS0+KfoTSiJ6QvLlBbyJE+VWc0BnO/Hvv8' +
      'Rq5/+MsQ5iAMsyYp4kvV1IuZv1wK4AjX1xS89gW6srovRcHizJehvRhOJ2KOmnhplqVHs9Nnfh8sUBAG4Sr288YP' +
      'PvYxnROSuVQIcOQTwgGVku9oEHbN+7Yp1vRc0gjUuP0R9xn/SjppQF0pgleBTnTtTOxdBohC3D8d9w==',
  },
  {
    name: 'rsa-pss-sha256',
    identifier:
      'MEEGCSqGSIb3DQEBCjA0oA8wDQYJYIZIAWUDBAIBBQChHDAaBgkqhkiG9w0BAQgwDQYJYIZIAWUDBAIBBQCiAwIB' +
      'IA==',
    spki: RSA,
    signature:
      'bmeu6mmJNEMGOkZmKPXPJVS+VWlaV9LkKT7TsDAHfHnQCY0QX8uNOaEVK925euEWjM/Dqey46vD3uosWuFMlWS5o' +
      'w2ABRiLruQB6Z4/pqPnZV3uh7Iqf+l6FqAGbUHEhStySJz9ozf28GdcvchzvywVaGex2n6dsYPIauUdJ0a8fnVx3' +
      'zGMWM1//d52F5SZLcuARZeVRvAJSWvoCGaqvzsGR21ElhH092cqJ4yVkMSd+3g2KtRgKGABQVtmvCveWTyh37EuD' +
      'Q082C0ItOkavqHctMp4idiww4SFwOBhhumCytEyn4qKBgy9WEZItabZoa3wy2+BuK1/9kMuFxbSXkw==',
  },
  {
    name: 'rsa-pss-sha512',
    identifier:
      'MDwGCSqGSIb3DQEBCjAvoA8wDQYJYIZIAWUDBAIDBQChHDAaBgkqhkiG9w0BAQgwDQYJYIZIAWUDBAIDBQA=',
    spki: RSA,
    signature:
      'nTSpF6181ugt1cv3pBZJETkbryof0rhIONKK4fjbUGfTrOBL/euqai01IvO95e24nMIo3mEEbfdH4/4v/e/yHQ4g' +
      'l4qo8jPlDR6a8mRNZnzVtWjD6jf21av7XuO4F6czU9HBR20bQwXrTbR7qtThINdWQxcuUA5Z6JGy17o/suaYobfM' +
      'JBPZXAYZIJFo8hUMkaKXfehI1PbXXgPCliZNY09ooByj0VUNTrAMPj33i2XS3LEY4SJfc+n/RJzOiIhXBsSTFEE6' +
      'YWFQ8VAMwhqwYzaE9f71Sv6l25HpwoC7CzccgqYI//WAHCY7FVq2JslUbeZTahffMl/OT8cMUIUyww==',
  },
  {
    name: 'rsa-pss-sha1',
    identifier: 'MA0GCSqGSIb3DQEBCjAA',
    spki: RSA,
    signature:
      'QQOAbsmV30FEQvHZ/f3TXxyXKHX4RUHWknEG+n2vJtYMUVFpcDbznajUwqiv5QWXGyAWoLJeq4jftz3066TI5is8' +
      'IOtsUzih/aZr5phsV0S5gGvj/IlsMBnFYOi848N80i+VSEh1EFcfc5oJqQVkqpy/bNg62unAtqq2s7fa9ha42bPH' +
      'tKMcZCyJ9mo2Y4TJ9ANi423HQOkTQxpEBoxlt2VaIjq9ZKAvP9G9sh5eCslpPr41MIGih3Uhug4RpbzyvTWpLUW6' +
      'yCIj71mJ7GwI1dOTCkkC+bJFqKfMF6EpF6NUeq6/FB86Kf9YP5ZvAgulA5llJMDLW5F0NCuP5IHjoA==',
  },
  {
    name: 'rsa-pss-sha384',
    identifier:
      'MEEGCSqGSIb3DQEBCjA0oA8wDQYJYIZIAWUDBAICBQChHDAaBgkqhkiG9w0BAQgwDQYJYIZIAWUDBAICBQCiAwIB' +
      'MA==',
    spki: RSA_PSS,
    signature:
      'teS4SZTZ4k6+xWtYtBP8L6lsg8wx892xprftRKWd3N8f3gLR051O0pK6m1CqD7q0qHs/uaiHwXlMFzcmRhbzyA1v' +
      'Us5jGjJtOQTcV3cqY1Sn/uBdeUiGuOk/oQZyZKAHL6Zw0jTMHDEm+PF0N1sg7bbnt7HGBO4FslQg0tEYukw/U9Vp' +
      'fP8L8obB6Hd8skoetz9nIV6QCCvWPt+MTDYPR7ufslPRsKtWbehRKvbBqT4TbxcjAffEjbMCmzLk8RkN04V1pXcK' +
      'mpCz0DQnkAW2tC+JyZBoVzQcb0ynKqnJI2zli2EkSLhQENF4pRqu4x5ODmdWaAWkbFgUJjAWZXHTFw==',
  },
  {
    name: 'ecdsa-sha1',
    identifier: 'MAkGByqGSM49BAE=',
    spki: P384,
    signature:
      'MGQCMCD/EL8nbHqS5JrrqvQRgcb204m5X+YhsKoaxuvTVBhv3JqvuDRKY64LZCQbMBrE4QIwJU3LCbonIReaJ9Ou' +
      'wiHcOxJuYjV68mgaN2U2SSqyV2+tGLWdRZWwd70q+VNpvvni',
  },
  {
    name: 'ecdsa-sha384',
    identifier: 'MAoGCCqGSM49BAMD',
    spki: P384,
    signature:
      'MGUCMQDLJCgDYRsY7kkvvaBeDm+dcwtwpD7agx2rP8I4usWAiZp7WZzVPbEVpw5Xp7eZoBkCMA/ZPdQZCdcChx9f' +
      'mG3V25a591F2ny7hoIgoSTWeaCCzuHREOXgwxXLkVvvIpB63QA==',
  },
  {
    name: 'ecdsa-sha512',
    identifier: 'MAoGCCqGSM49BAME',
    spki: P384,
    signature:
      'MGQCMBnbjVagZ9Z4oN4qEwxHPquFKERpM73/GJCgLQkeReww4QwVaNDNM8pRUsWC9bsl7gIwBf34lVorycVIbuln' +
      'TFB3nXTEMoboncY8MaJtR/IOFPC1n6y58zBePSrk8RIFjXQ+',
  },
  {
    name: 'ecdsa-sha256',
    identifier: 'MAoGCCqGSM49BAMC',
    spki: SECP256K1,
    signature:
      'MEUCIQDH3LqSdNmBkK+f6tKpYGVYAn/UFTMixCqOYHo3ZWtBQAIgULbIlGTuowBIMEUcb8j8x44j3UdfJB55Cxmv' +
      'NFw3FS0=',
  },
  {
    name: 'dsa-sha1',
    identifier: 'MAkGByqGSM44BAM=',
    spki: DSA,
    signature:
      'MDwCHEbtUbYCnkCEKg8qmyjRrbBpbxiSKNrxmt1hYxUCHD8EFTK26Dz9v2FNbZY4FN9ttMAnJLoCpGZy6E0=',
  },
  {
    name: 'dsa-sha256',
    identifier: 'MAsGCWCGSAFlAwQDAg==',
    spki: DSA,
    signature:
      'MD0CHQCsdOYoHQW/pl9o5d1cRZVZwZHyM/4RoThOyXbUAhwRSgVlQjIikmthrz57ZJeG0+bWe6SoIOEi7yFD',
  },
];
