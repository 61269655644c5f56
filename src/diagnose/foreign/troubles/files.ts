// Files: keys, certificates and stores that a program cannot use.
import { cause, tell, type Trouble } from '../types.ts';

export const FILES = {
  'key-mismatch': {
    rank: 310,
    means: 'the private key is not the key of the certificate',
    causes: [
      cause(
        'the certificate was renewed with a new key, and one of the two files is the old one',
        [tell('mtls match server.crt server.key', 'orphans: they do not belong together')],
        'put the pair in place that was made together, or renew both',
        'mtls renew server.crt',
      ),
      cause(
        'the certificate file does not begin with the leaf but with a CA',
        [tell('mtls inspect server.crt', 'a CA as its first certificate')],
        'put the leaf first, then the CAs below the root',
      ),
      cause(
        'the files of two services were mixed up',
        [tell('mtls match certs/', 'which key belongs to which certificate')],
        'name the right files',
      ),
    ],
    codes: ['KEY_MISMATCH'],
  },
  'key-encrypted': {
    rank: 312,
    means: 'the private key is encrypted, and its passphrase was not given or is wrong',
    causes: [
      cause(
        'the program cannot ask for the passphrase, or was given another one',
        [tell('mtls inspect server.key', 'that the key is encrypted')],
        'give the passphrase where the program takes it (ssl_password_file, --pass, passphrase)',
      ),
      cause(
        'the key should not be encrypted: services start unattended',
        [
          tell(
            'mtls inspect server.key --passphrase-file pass.txt',
            'that the passphrase opens it',
          ),
        ],
        'write it without a passphrase, mode 0600',
        'openssl pkey -in server.key -out server-plain.key',
      ),
    ],
    codes: ['PASSPHRASE_NEEDED', 'PASSPHRASE_WRONG'],
  },
  'key-unreadable': {
    rank: 250,
    means: 'the program cannot use the file as a private key',
    causes: [
      cause(
        'the file holds something else: the certificate, a public key, a request',
        [tell('mtls inspect server.key', 'what it holds')],
        'name the file of the private key',
      ),
      cause(
        'it is cut short, or was pasted with spaces, literal \\n or Windows line ends',
        [tell('mtls inspect server.key', 'PEM_MALFORMED or KEY_MALFORMED, and the line')],
        'copy it again whole, from -----BEGIN to -----END',
      ),
      cause(
        'it is in a form that the program does not read: SEC 1, PKCS#1, DER or encrypted',
        [tell('mtls inspect server.key', 'how it is stored')],
        'write it as PKCS#8 PEM',
        'openssl pkcs8 -topk8 -nocrypt -in server.key -out server.pk8.key',
      ),
    ],
    codes: ['KEY_MALFORMED', 'PEM_MALFORMED'],
  },
  'not-pem': {
    rank: 305,
    means: 'the program looked for PEM (-----BEGIN …) of a kind, and the file has none of it',
    causes: [
      cause(
        'it is DER, PKCS#12 or base64 twice (a Secret’s data that was not decoded)',
        [tell('mtls inspect server.crt', 'what it is')],
        'write it as PEM',
        'openssl x509 -inform der -in server.crt -out server.pem',
      ),
      cause(
        'key and certificate were swapped, or the path names another file',
        [tell('mtls inspect server.crt server.key', 'which holds what')],
        'name each where it belongs',
      ),
      cause(
        'it is empty or cut short: whatever wrote it did not finish, or a variable was not set',
        [tell('mtls inspect server.crt', 'FILE_EMPTY or PEM_MALFORMED')],
        'write it again',
      ),
    ],
    codes: ['PEM_MALFORMED', 'NOT_RECOGNIZED', 'FILE_EMPTY'],
  },
  'store-password': {
    rank: 312,
    means: 'the password does not open the PKCS#12 file or the key store',
    causes: [
      cause(
        'the password is wrong, or was given with a line feed at its end (echo without -n)',
        [tell('mtls inspect identity.p12 --passphrase-file pass.txt', 'PASSPHRASE_WRONG')],
        'give the password that it was made with',
      ),
      cause(
        'an empty password and no password are not the same to all programs',
        [tell('openssl pkcs12 -info -noout -in identity.p12 -passin pass:', 'that it opens')],
        'make it again with a password',
      ),
    ],
    codes: ['PASSPHRASE_WRONG'],
  },
  'store-unsupported': {
    rank: 311,
    means:
      'the PKCS#12 file or the key is encrypted in an old way that this program has turned off, or a new one that it does not know',
    causes: [
      cause(
        'it was made with RC2 or 3DES by an old tool; OpenSSL 3 wants its legacy provider for that',
        [
          tell(
            'openssl pkcs12 -info -noout -legacy -in identity.p12',
            'pbeWithSHA1And40BitRC2-CBC',
          ),
        ],
        'make it anew with AES',
        'openssl pkcs12 -legacy -in identity.p12 -nodes -out identity.pem',
        'openssl pkcs12 -export -in identity.pem -out identity-new.p12',
      ),
      cause(
        'it was made with AES by a new tool, and the program is old (Java before 8u301, old macOS)',
        [tell('openssl pkcs12 -info -noout -in identity.p12', 'PBES2, AES-256-CBC')],
        'update the program, or make it with openssl pkcs12 -export -legacy',
      ),
    ],
    codes: ['KEY_UNSUPPORTED'],
  },
  'trust-file': {
    rank: 306,
    means: 'the file or store of trusted CAs is missing, empty or unreadable for the program',
    causes: [
      cause(
        'the path is wrong, also as seen from inside of the container',
        [tell('mtls inspect ca.crt', 'FILE_NOT_FOUND')],
        'name the file as the program sees it; mount it',
        'mtls ca export --out ca.crt',
      ),
      cause(
        'it is there and holds no CA certificate: empty, DER, a key, or HTML of an error page',
        [tell('mtls inspect ca.crt', 'what it holds')],
        'put the root there, in PEM',
        'mtls ca export --out ca.crt --force',
      ),
      cause(
        'the user of the program may not read it, or a folder above',
        [tell('ls -l ca.crt', 'the owner and the mode')],
        'chmod 0644 the file; folders need the x bit',
        'chmod 0644 ca.crt',
      ),
    ],
    codes: ['FILE_NOT_FOUND', 'FILE_EMPTY', 'FILE_UNREADABLE', 'NOTHING_FOUND'],
  },
  'own-identity': {
    rank: 248,
    means: 'the program cannot use its own certificate or key',
    causes: [
      cause(
        'a file is not there, or holds something else',
        [tell('mtls inspect client.crt client.key', 'which file holds what')],
        'name the file of the certificate and that of the key',
      ),
      cause(
        'the key is that of another certificate',
        [tell('mtls match client.crt client.key', 'orphans: they do not belong together')],
        'use the key that the certificate was issued with, or issue both anew',
        'mtls issue client --profile client',
      ),
      cause(
        'the key is encrypted, and no passphrase was given',
        [tell('mtls inspect client.key', 'that the key is encrypted')],
        'give the passphrase where the program takes it',
      ),
    ],
    codes: ['KEY_MISMATCH', 'PASSPHRASE_NEEDED'],
  },
  'identity-file': {
    rank: 304,
    means: 'the program cannot open the file of its certificate or key',
    causes: [
      cause(
        'the path is wrong, or relative to another folder; in a container, it is not mounted',
        [tell('mtls inspect server.crt server.key', 'FILE_NOT_FOUND')],
        'name it by its whole path, and mount it',
      ),
      cause(
        'the user of the program may not read it: keys are 0600, and belong to who made them',
        [tell('ls -l server.key', 'another owner')],
        'give it to the user of the service, or to its group with mode 0640',
        'mtls issue {host} --key-mode 0640',
      ),
    ],
    codes: ['FILE_NOT_FOUND', 'FILE_UNREADABLE'],
  },
  'key-permissions': {
    rank: 313,
    means: 'the program refuses the key because others than its owner may read it',
    causes: [
      cause(
        'its mode is too lax: a copy under a lax umask, a mounted volume, a checkout of git',
        [tell('ls -l client.key', 'a mode wider than 0600')],
        'take the rights away',
        'chmod 0600 client.key',
      ),
      cause(
        'it belongs to another user than the program runs as',
        [tell('ls -l client.key', 'another owner')],
        'chown it; PostgreSQL also takes root’s with mode 0640',
      ),
    ],
    codes: ['FILE_UNREADABLE'],
  },
} satisfies Readonly<Record<string, Trouble>>;
