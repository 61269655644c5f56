// Rules: what a certificate may be used for, and what its CAs may vouch for.
import { cause, tell, type Trouble } from '../types.ts';
import { CONNECT, VERIFY_CLIENT, VERIFY_SERVER, WHY } from './lines.ts';

export const RULES = {
  'wrong-purpose': {
    rank: 240,
    means:
      'the certificate that the other side showed is not for this purpose (extended key usage)',
    causes: [
      cause(
        'a server’s certificate was used by a client, or a client’s by a server',
        [
          tell(WHY, 'EXTENDED_KEY_USAGE, and whose'),
          tell(VERIFY_CLIENT, 'EXTENDED_KEY_USAGE for a client that shows a server’s certificate'),
        ],
        'issue one for the purpose; peer is for programs that serve and call',
        'mtls issue {host} --profile peer',
      ),
      cause(
        'a CA of the chain is itself limited to other purposes',
        [tell(VERIFY_SERVER, 'EXTENDED_KEY_USAGE for a CA certificate')],
        'make that CA anew without extended key usage',
        'mtls ca intermediate workloads --ca root',
      ),
      cause(
        'its key usage forbids signatures, which every handshake of today makes',
        [tell('mtls inspect server.crt', 'a key usage without digitalSignature')],
        'issue it again',
        'mtls renew server.crt',
      ),
    ],
    codes: ['EXTENDED_KEY_USAGE', 'KEY_USAGE'],
  },
  'peer-says-unsupported': {
    rank: 238,
    means:
      'the other side refused OUR certificate: it is of a kind, or for a purpose, that it does not take',
    causes: [
      cause(
        'we show a server’s certificate as a client, or the reverse (extended key usage)',
        [tell(VERIFY_CLIENT, 'EXTENDED_KEY_USAGE')],
        'issue one for the purpose',
        'mtls issue client --profile client',
      ),
      cause(
        'the other side does not support the type of our key, such as Ed25519',
        [tell('mtls inspect client.crt', 'the key; mtls connect shows what the server names')],
        'issue one with a usual key',
        'mtls issue client --profile client --key-type ec-p256',
      ),
    ],
    codes: ['EXTENDED_KEY_USAGE', 'ALGORITHM_UNSUPPORTED'],
  },
  'not-a-ca': {
    rank: 210,
    means: 'a certificate that is no CA stands in the chain as one',
    causes: [
      cause(
        'it was signed with the key of a certificate that is no CA (no basicConstraints CA:TRUE)',
        [tell(VERIFY_SERVER, 'NOT_A_CA, and which one')],
        'make a CA, and issue again under it',
        'mtls ca intermediate workloads --ca root',
      ),
      cause(
        'a leaf was put into the file of trusted CAs',
        [tell('mtls inspect ca.crt', 'a certificate without CA')],
        'put the root there instead',
        'mtls ca export --out ca.crt',
      ),
    ],
    codes: ['NOT_A_CA', 'KEY_USAGE'],
  },
  'path-length': {
    rank: 220,
    means: 'there are more CAs in the chain than one above them allows',
    causes: [
      cause(
        'a CA was made below one whose path length is 0',
        [tell(VERIFY_SERVER, 'PATH_LENGTH_EXCEEDED, and by which CA')],
        'issue directly under that CA, or make the upper one anew with a greater --path-len',
        'mtls ca intermediate workloads --ca root --path-len 1',
      ),
    ],
    codes: ['PATH_LENGTH_EXCEEDED'],
  },
  'name-constraint': {
    rank: 230,
    means: 'a CA above may not vouch for a name that the certificate carries (name constraints)',
    causes: [
      cause(
        'the certificate carries a name outside of what its CA is limited to',
        [tell(VERIFY_SERVER, 'NAME_CONSTRAINT, with the name and the limit')],
        'leave the name out, or issue it under a CA that permits it',
        'mtls ca show',
      ),
    ],
    codes: ['NAME_CONSTRAINT'],
  },
  'critical-extension': {
    rank: 190,
    means: 'a certificate carries a critical extension that the program does not know',
    causes: [
      cause(
        'its issuer marked an extension critical that is not for everyone',
        [tell('mtls inspect server.crt', 'the extension, marked critical')],
        'ask for one where it is not critical, or use a program that knows it',
      ),
    ],
    codes: ['UNKNOWN_CRITICAL_EXTENSION'],
  },
  'weak-key': {
    rank: 246,
    means: 'a key of the chain is too short for the security level of the program',
    causes: [
      cause(
        'the certificate has an RSA key below 2048 bits',
        [tell('mtls inspect server.crt', 'the size of its key')],
        'issue it with another key',
        'mtls issue {host} --key-type ec-p256',
      ),
      cause(
        'the key of a CA is that short',
        [tell(VERIFY_SERVER, 'WEAK_KEY for a CA certificate')],
        'make the CA anew, and issue again what stood under it',
      ),
    ],
    codes: ['WEAK_KEY'],
  },
  'weak-hash': {
    rank: 246,
    means: 'a certificate of the chain is signed over SHA-1 or MD5, which the program refuses',
    causes: [
      cause(
        'it was signed by an old tool: openssl without -sha256, an old appliance',
        [tell(VERIFY_SERVER, 'WEAK_HASH, and which one')],
        'issue it again; what mtls issues is signed with SHA-256 or better',
        'mtls renew server.crt',
      ),
    ],
    codes: ['WEAK_HASH'],
  },
  malformed: {
    rank: 180,
    means: 'a certificate was sent that the program cannot read, or that breaks a rule',
    causes: [
      cause(
        'it was made by a faulty program, or changed on the way',
        [
          tell('mtls inspect server.crt', 'what is irregular about it'),
          tell(CONNECT, 'the same for what is served'),
        ],
        'issue it again',
        'mtls renew server.crt',
      ),
    ],
    codes: ['MALFORMED', 'CERT_MALFORMED'],
  },
} satisfies Readonly<Record<string, Trouble>>;
