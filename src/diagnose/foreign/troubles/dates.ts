// Time: certificates and lists that are too old, too young, or withdrawn.
import { cause, tell, type Trouble } from '../types.ts';
import { CONNECT, VERIFY_CLIENT, VERIFY_SERVER } from './lines.ts';

const RENEW =
  'renew it, put it in place, and let its program read it again (nginx -s reload, a restart)';

export const DATES = {
  expired: {
    rank: 290,
    means: 'the certificate that the other side showed, or a CA of its chain, is past its end',
    causes: [
      cause(
        'the certificate of the other side has expired and nobody renewed it',
        [tell(CONNECT, 'EXPIRED for the first certificate of the server’s chain')],
        RENEW,
        'mtls renew server.crt',
      ),
      cause(
        'it was renewed on disk, and the program still serves the one that it read at its start',
        [
          tell('mtls inspect server.crt', 'an end that is later than the one mtls connect shows'),
          tell(CONNECT, 'the old end'),
        ],
        'let the program read its files again: a reload or a restart',
      ),
      cause(
        'a CA of the chain has expired, or the file of trusted CAs holds its old certificate',
        [tell(VERIFY_SERVER, 'EXPIRED for a CA certificate or the trusted CA')],
        'make the CA anew, hand its new certificate to all that trust it, and issue again',
      ),
      cause(
        'the clock of the machine that complains is ahead',
        [tell('date -u', 'a time that is not now; mtls connect shows the server’s beside ours')],
        'set the clock (NTP); containers take theirs from the host',
      ),
    ],
    codes: ['EXPIRED'],
  },
  'not-yet-valid': {
    rank: 290,
    means: 'the certificate that the other side showed, or a CA of its chain, is not valid yet',
    causes: [
      cause(
        'the clock of the machine that complains is behind: it was suspended, or has just started',
        [tell('date -u', 'a time that is not now')],
        'set the clock (NTP), then try again',
      ),
      cause(
        'the clock of whoever issued it is ahead, or it was issued for later',
        [tell('mtls inspect server.crt', 'a beginning that lies in the future')],
        'wait for it, or issue it again: mtls begins five minutes back',
        'mtls renew server.crt',
      ),
    ],
    codes: ['NOT_YET_VALID'],
  },
  'outside-its-time': {
    rank: 288,
    means: 'the certificate that the other side showed has expired, or is not valid yet',
    causes: [
      cause(
        'it, or a CA of its chain, has expired',
        [tell(CONNECT, 'EXPIRED, with the certificate that it is')],
        RENEW,
        'mtls renew server.crt',
      ),
      cause(
        'a clock is wrong: that of this machine, or of the one that issued it',
        [tell('date -u', 'a time that is not now')],
        'set the clock (NTP)',
      ),
    ],
    codes: ['EXPIRED', 'NOT_YET_VALID'],
  },
  'peer-says-expired': {
    rank: 285,
    means: 'the other side refused OUR certificate: it says that it has expired',
    causes: [
      cause(
        'the certificate that this side shows has expired',
        [tell(VERIFY_CLIENT, 'EXPIRED')],
        'renew it, and let the client read it again: many read their files once, at the start',
        'mtls renew client.crt',
      ),
      cause(
        'a CA that we send along, or that the other side trusts, has expired',
        [tell(VERIFY_CLIENT, 'EXPIRED for a CA; run it with the other side’s own file of CAs')],
        'make the CA anew, hand it to the other side, and issue again',
      ),
      cause(
        'the clock of the other side is wrong',
        [tell(CONNECT, 'how far its clock is from ours')],
        'set its clock (NTP)',
      ),
    ],
    codes: ['EXPIRED', 'NOT_YET_VALID'],
  },
  revoked: {
    rank: 300,
    means: 'a certificate was revoked by its issuer',
    causes: [
      cause(
        'it was revoked, and the side that showed it still uses it',
        [tell('mtls verify server.crt --ca ./ca.crt --crl crl.pem', 'REVOKED, when and why')],
        'issue another with a new key; a revocation is not taken back',
        'mtls issue {host}',
      ),
      cause(
        'the list is that of another CA with the same name, whose serial numbers collide',
        [tell('mtls inspect crl.pem', 'another key identifier of its issuer')],
        'give the list that this CA signed',
        'mtls ca crl',
      ),
    ],
    codes: ['REVOKED'],
  },
  'peer-says-revoked': {
    rank: 298,
    means: 'the other side refused OUR certificate: it says that it was revoked',
    causes: [
      cause(
        'it stands on the revocation list that the other side obeys',
        [tell('mtls verify client.crt --ca ./ca.crt --purpose client --crl crl.pem', 'REVOKED')],
        'issue another with a new key',
        'mtls issue client --profile client',
      ),
    ],
    codes: ['REVOKED'],
  },
  'crl-missing': {
    rank: 270,
    means: 'revocation is checked, and there is no list that speaks for the certificate',
    causes: [
      cause(
        'lists are checked for the whole chain, and that of one CA was not given',
        [
          tell(
            'mtls verify client.crt --ca ./ca.crt --crl crl.pem --require-revocation',
            'REVOCATION_UNKNOWN, with the CA whose list is missed',
          ),
        ],
        'put the lists of all CAs of the chain, the root’s too, into the one file',
        'mtls ca crl',
      ),
      cause(
        'the list is of a CA that was made anew since: same name, other key',
        [tell('mtls inspect crl.pem', 'an issuer’s key identifier that the CA does not have')],
        'issue the list again under the CA of today',
        'mtls ca crl',
      ),
    ],
    codes: ['REVOCATION_UNKNOWN'],
  },
  'crl-expired': {
    rank: 275,
    means: 'the revocation list is past its end, so nobody under this CA is let in any more',
    causes: [
      cause(
        'nobody issued the next list in time',
        [tell('mtls inspect crl.pem', 'a next update that has passed')],
        'issue the next list, put it in place and reload; do it on a timer',
        'mtls ca crl --out crl.pem --force',
      ),
      cause(
        'the clock of the machine that complains is ahead',
        [tell('date -u', 'a time that is not now')],
        'set the clock (NTP)',
      ),
    ],
    codes: ['REVOCATION_UNKNOWN'],
  },
} satisfies Readonly<Record<string, Trouble>>;
