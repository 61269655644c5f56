// The same troubles where a server tells them: of its client's certificate, or of an alert that the
// client sent, which is about the server's own.
import { cause, tell, type Trouble } from '../types.ts';
import { CONNECT, CONNECT_AS_NOBODY, VERIFY_CLIENT, VERIFY_SERVER, WHY } from './lines.ts';

type OfClient = Pick<Trouble, 'means' | 'causes'>;

const CA_OF_CLIENTS = cause(
  'the server was not given the CA of its clients, or another one (ClientCAs, ca-file)',
  [
    tell(VERIFY_CLIENT, 'UNTRUSTED_ROOT or ISSUER_NOT_FOUND with the server’s own CAs as --ca'),
    tell(CONNECT, 'the CAs that the server names'),
  ],
  'add the CA of the clients to the server’s list, and reload it',
  'mtls ca export --out ca.crt',
);

const INTERMEDIATE_OF_CLIENT = cause(
  'the client sends its certificate alone, without the CA between it and the root',
  [tell('mtls inspect client.crt', 'one certificate, issued by a CA that is no root')],
  'put the CAs below the root behind the client’s certificate, in the same file',
);

const MADE_ANEW = cause(
  'the CA was made anew with the same name, and one side still has the old one',
  [tell(VERIFY_CLIENT, 'BAD_SIGNATURE')],
  'hand the new ca.crt to both sides, or issue the client’s certificate again',
  'mtls issue client --profile client',
);

const UNKNOWN_ISSUER: OfClient = {
  means: 'the server does not know the CA of the certificate that its client showed',
  causes: [CA_OF_CLIENTS, INTERMEDIATE_OF_CLIENT, MADE_ANEW],
};

const CLIENT_LACKS_CA = cause(
  'the client was not given the CA of the server, or the server does not send its intermediate',
  [tell(CONNECT_AS_NOBODY, 'UNTRUSTED_ROOT or ISSUER_NOT_FOUND with the client’s own CA')],
  'hand the client the root; let the server send its certificate and the CAs below the root',
  'mtls ca export --out ca.crt',
);

const CALLED_OTHERWISE = cause(
  'the client calls the server by a name or address that its certificate does not carry',
  [tell(VERIFY_SERVER, 'HOST_MISMATCH, and the names that it has')],
  'issue it with all names that it is called by; probes and load balancers often call an address',
  'mtls issue {host}',
);

const SERVER_EXPIRED = cause(
  'the server’s certificate has expired',
  [tell(CONNECT_AS_NOBODY, 'EXPIRED')],
  'renew it, and let the server read it again',
  'mtls renew server.crt',
);

const CLIENT_REFUSES: OfClient = {
  means: 'the client refused the certificate of this SERVER, and said so with an alert',
  causes: [CLIENT_LACKS_CA, CALLED_OTHERWISE, SERVER_EXPIRED],
};

/** By the name of the trouble. */
export const OF_CLIENT: Readonly<Record<string, OfClient>> = {
  expired: {
    means: 'the certificate that the client showed, or a CA of its chain, is past its end',
    causes: [
      cause(
        'the client’s certificate has expired and nobody renewed it',
        [tell(VERIFY_CLIENT, 'EXPIRED')],
        'renew it, and let the client read it again',
        'mtls renew client.crt',
      ),
      cause(
        'it was renewed on disk, and the client still shows the one that it read at its start',
        [tell('mtls inspect client.crt', 'an end that lies in the future')],
        'restart the client, or let it read its files for every connection',
      ),
      cause(
        'a CA in the server’s list has expired',
        [tell(VERIFY_CLIENT, 'EXPIRED for the trusted CA')],
        'make the CA anew, put it into the server’s list, and issue again',
      ),
      cause(
        'the server’s clock is ahead',
        [tell('date -u', 'a time that is not now, on the server')],
        'set the clock (NTP)',
      ),
    ],
  },
  'peer-says-unknown-ca': CLIENT_REFUSES,
  'peer-says-certificate-unknown': CLIENT_REFUSES,
  'peer-says-bad-certificate': {
    ...CLIENT_REFUSES,
    causes: [CALLED_OTHERWISE, CLIENT_LACKS_CA, SERVER_EXPIRED],
  },
  'peer-says-expired': {
    ...CLIENT_REFUSES,
    causes: [SERVER_EXPIRED, CLIENT_LACKS_CA],
  },
  'unknown-issuer': UNKNOWN_ISSUER,
  'incomplete-chain': {
    ...UNKNOWN_ISSUER,
    causes: [INTERMEDIATE_OF_CLIENT, CA_OF_CLIENTS, MADE_ANEW],
  },
  'untrusted-root': UNKNOWN_ISSUER,
  'verify-failed': {
    means: 'the server refused the certificate of its client; the line alone does not say why',
    causes: [
      CA_OF_CLIENTS,
      cause(
        'it has expired, or a clock is wrong',
        [tell(VERIFY_CLIENT, 'EXPIRED or NOT_YET_VALID')],
        'renew it, or set the clock',
        'mtls renew client.crt',
      ),
      cause(
        'it is for servers (extended key usage serverAuth alone)',
        [tell(VERIFY_CLIENT, 'EXTENDED_KEY_USAGE')],
        'issue one for clients',
        'mtls issue client --profile client',
      ),
      INTERMEDIATE_OF_CLIENT,
    ],
  },
  'wrong-purpose': {
    means: 'the certificate that the client showed is not for clients (extended key usage)',
    causes: [
      cause(
        'the client shows a server’s certificate: serverAuth without clientAuth',
        [tell(VERIFY_CLIENT, 'EXTENDED_KEY_USAGE'), tell(WHY, 'the same, and which side refuses')],
        'issue one for clients; peer is for programs that serve and call',
        'mtls issue client --profile client',
      ),
      cause(
        'a CA of its chain is itself limited to other purposes',
        [tell(VERIFY_CLIENT, 'EXTENDED_KEY_USAGE for a CA certificate')],
        'make that CA anew without extended key usage',
        'mtls ca intermediate workloads --ca root',
      ),
    ],
  },
};
