// Names: whom a certificate speaks for, and who was asked for.
import { cause, tell, type Trouble } from '../types.ts';
import { CONNECT, CONNECT_AS_NOBODY, VERIFY_SERVER } from './lines.ts';

export const NAMES = {
  'host-mismatch': {
    rank: 280,
    means: 'the certificate of the server does not carry the name that the client called',
    causes: [
      cause(
        'it was issued without this name: a new alias, the short name, the service’s cluster name',
        [tell(VERIFY_SERVER, 'HOST_MISMATCH, and the names that it has')],
        'issue it again with all names that it is called by',
        'mtls issue {host}',
      ),
      cause(
        'the client calls it by another name than it should: an address, localhost, an old name',
        [tell(CONNECT_AS_NOBODY, 'HOST_MISMATCH, and the names that would do')],
        'call it by a name that the certificate has, or set the name to verify (servername, SNI)',
      ),
      cause(
        'another server answered: the wrong port, a default virtual host, a load balancer',
        [tell(CONNECT, 'a certificate that is not this server’s')],
        'send the name (SNI), or mend the route',
      ),
    ],
    codes: ['HOST_MISMATCH'],
  },
  'no-names': {
    rank: 281,
    means: 'the certificate has a common name only; clients of today read alternative names alone',
    causes: [
      cause(
        'it was made as old guides show: openssl req -subj "/CN=…" without subjectAltName',
        [tell(VERIFY_SERVER, 'NO_NAMES')],
        'issue it with alternative names; GODEBUG=x509ignoreCN=0 is gone since Go 1.17',
        'mtls issue {host}',
      ),
    ],
    codes: ['NO_NAMES'],
  },
  'peer-identity': {
    rank: 279,
    means: 'the chain is good, but the other side is not who was expected: its names do not match',
    causes: [
      cause(
        'the expected SPIFFE ID or name is another: namespace, service account or trust domain',
        [
          tell('mtls inspect server.crt', 'the URI and DNS names that it has'),
          tell(CONNECT, 'the same for what is served'),
        ],
        'expect the identity that it has (subjectAltNames, match_typed_subject_alt_names)',
      ),
      cause(
        'the connection ended at another workload: a stale endpoint, a wrong selector or port',
        [tell(CONNECT, 'the identity of another workload')],
        'mend the route; compare the endpoints of the service with its pods',
      ),
      cause(
        'the certificate was issued without the name or the ID',
        [
          tell(
            'mtls verify server.crt --ca ./ca.crt --spiffe {id}',
            'SPIFFE_NO_ID or SPIFFE_MISMATCH',
          ),
        ],
        'issue it with the ID',
        'mtls issue {id} --profile svid',
      ),
    ],
    codes: ['SPIFFE_MISMATCH', 'HOST_MISMATCH'],
  },
  'unrecognized-name': {
    rank: 140,
    means: 'the server has no certificate for the name that the client sent (SNI)',
    causes: [
      cause(
        'the client sends another name than the server is configured for',
        [tell(CONNECT, 'the alert unrecognized_name, and none with another --servername')],
        'send a name that the server knows',
      ),
      cause(
        'the server was not given this virtual host, or not its certificate',
        [tell('mtls inspect server.crt', 'names without this one')],
        'add the virtual host, with a certificate for it',
        'mtls issue {host}',
      ),
    ],
    codes: ['HOST_MISMATCH'],
  },
  'client-not-allowed': {
    rank: 278,
    means: 'the certificate of the client is good, but it does not stand for a user that is let in',
    causes: [
      cause(
        'its common name is not the name of the user (or no map says which user it is)',
        [tell('mtls inspect client.crt', 'another common name')],
        'issue it for the user, or map the name to the user',
        'mtls issue --cn {user} --profile client',
      ),
      cause(
        'the list of who may come in does not have this name or SPIFFE ID',
        [tell('mtls inspect client.crt', 'the names to add')],
        'add the identity to the policy, as the certificate spells it',
      ),
    ],
    codes: ['SPIFFE_MISMATCH'],
  },
} satisfies Readonly<Record<string, Trouble>>;
