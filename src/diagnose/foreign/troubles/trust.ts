// Trust: whose CA is known to whom, and what was sent along.
import { cause, tell, type Trouble } from '../types.ts';
import { CONNECT, VERIFY_CLIENT, VERIFY_SERVER, WHY } from './lines.ts';

const CA_NOT_GIVEN = cause(
  'this side was not given the CA of the other: a private CA is in no system’s list',
  [
    tell(CONNECT, 'UNTRUSTED_ROOT or ISSUER_NOT_FOUND without --ca, and none with the right --ca'),
    tell('mtls inspect ca.crt', 'another subject than the issuer of the server’s certificate'),
  ],
  'name the CA where this program takes it: --cacert, ca, RootCAs, sslrootcert, a truststore',
  'mtls ca export --out ca.crt',
);

const INTERMEDIATE_MISSING = cause(
  'the other side does not send the CA between its certificate and the root',
  [tell(CONNECT, 'ISSUER_NOT_FOUND, and a chain of one certificate')],
  'let it serve one file: its certificate first, then the CAs below the root, no root',
  'mtls inspect server.crt intermediate.crt',
);

const MADE_ANEW = cause(
  'the CA was made anew with the same name: the old one is trusted, the new one signs',
  [tell(VERIFY_SERVER, 'BAD_SIGNATURE')],
  'hand the new ca.crt to all that trust it, or issue the certificate again under the old CA',
);

const INTERCEPTED = cause(
  'a proxy between the two opens TLS and shows a certificate of its own',
  [tell(CONNECT, 'an issuer that is none of yours')],
  'let the proxy pass this connection through, for mutual TLS cannot cross it',
);

export const TRUST = {
  'unknown-issuer': {
    rank: 22,
    means:
      'the chain of the certificate that the other side showed ends at a CA that this side does not know',
    causes: [CA_NOT_GIVEN, INTERMEDIATE_MISSING, MADE_ANEW, INTERCEPTED],
    codes: ['ISSUER_NOT_FOUND', 'UNTRUSTED_ROOT'],
  },
  'incomplete-chain': {
    rank: 24,
    means:
      'the other side sent its certificate alone, and the CA that issued it is not known to this side',
    causes: [
      cause(
        'the CA that issued it is missing: the other side must send it if it is an intermediate, this side must trust it if it is a root',
        [
          tell(CONNECT, 'ISSUER_NOT_FOUND, a chain of one certificate, and the name of its issuer'),
          tell('mtls inspect ca.crt', 'whether that issuer is the root that this side trusts'),
        ],
        'an intermediate goes behind the certificate in the server’s file; a root goes to this side',
        'mtls ca export --out ca.crt',
      ),
      MADE_ANEW,
      INTERCEPTED,
    ],
    codes: ['ISSUER_NOT_FOUND'],
  },
  'self-signed': {
    rank: 30,
    means: 'the other side shows a certificate that no CA signed but it itself',
    causes: [
      cause(
        'it serves the certificate that it was installed with, not the one that you issued',
        [tell(CONNECT, 'a subject that is not yours')],
        'point it to your certificate and key, then reload',
        'mtls issue {host}',
      ),
      cause(
        'it is meant to be self-signed, and this side was not given it as trusted',
        [tell('mtls verify server.crt --ca ./server.crt --host {host}', 'that it is valid then')],
        'issue it under a CA, and trust the CA instead',
        'mtls up',
      ),
      INTERCEPTED,
    ],
    codes: ['UNTRUSTED_ROOT'],
  },
  'untrusted-root': {
    rank: 26,
    means: 'the chain is whole, but this side does not trust the root at its end',
    causes: [CA_NOT_GIVEN, INTERCEPTED, MADE_ANEW],
    codes: ['UNTRUSTED_ROOT'],
  },
  'bad-signature': {
    rank: 260,
    means:
      'a CA of the right name is known, but its key did not sign the certificate: same name, other key',
    causes: [
      MADE_ANEW,
      cause(
        'two CAs share one subject, such as two test set-ups, or two clusters of one template',
        [tell('mtls inspect ca.crt server.crt', 'key identifiers that do not meet')],
        'trust the CA that signed; give each CA a subject of its own',
      ),
      cause(
        'the file was damaged after it was signed',
        [tell('mtls verify server.crt --ca ./ca.crt', 'BAD_SIGNATURE under the right CA too')],
        'get the certificate anew from where it came',
      ),
    ],
    codes: ['BAD_SIGNATURE'],
  },
  'peer-says-unknown-ca': {
    rank: 60,
    means: 'the other side refused OUR certificate: it does not know the CA that issued it',
    causes: [
      cause(
        'the other side was not given the CA of our certificate (client_ca, ClientCAs, ca-file)',
        [
          tell(CONNECT, 'the CAs that the server names: ours is not among them'),
          tell(VERIFY_CLIENT, 'UNTRUSTED_ROOT with the other side’s own file of CAs as --ca'),
        ],
        'add our CA to the list of the other side, and reload it',
        'mtls ca export --out ca.crt',
      ),
      cause(
        'we do not send the CA between our certificate and the root',
        [tell('mtls inspect client.crt', 'one certificate only, issued by a CA that is no root')],
        'put the CAs below the root behind our certificate, in the same file',
      ),
      cause(
        'we send a certificate of another CA than we think: another environment, an old file',
        [tell('mtls inspect client.crt', 'another issuer')],
        'name the right file, or issue one under the CA that the other side trusts',
        'mtls issue client --profile client',
      ),
      cause(
        'the CA was made anew with the same name, and one side still has the old one',
        [tell(VERIFY_CLIENT, 'BAD_SIGNATURE')],
        'hand the new ca.crt to both sides',
      ),
    ],
    codes: ['UNTRUSTED_ROOT', 'ISSUER_NOT_FOUND'],
  },
  'verify-failed': {
    rank: 15,
    means: 'this side refused the certificate of the other; the line alone does not say why',
    causes: [
      CA_NOT_GIVEN,
      INTERMEDIATE_MISSING,
      cause(
        'it has expired, or a clock is wrong',
        [tell(CONNECT, 'EXPIRED or NOT_YET_VALID')],
        'renew it, or set the clock',
        'mtls renew server.crt',
      ),
      cause(
        'it does not carry the name that was called',
        [tell(CONNECT, 'HOST_MISMATCH, and the names that it has')],
        'call it by a name that it has, or issue it with this name',
        'mtls issue {host}',
      ),
      cause(
        'its purpose is another: a client’s certificate served, or a server’s used by a client',
        [tell(WHY, 'EXTENDED_KEY_USAGE')],
        'issue it for its purpose',
        'mtls issue {host} --profile server',
      ),
    ],
    codes: ['ISSUER_NOT_FOUND', 'UNTRUSTED_ROOT', 'EXPIRED', 'HOST_MISMATCH'],
  },
} satisfies Readonly<Record<string, Trouble>>;
