// Network: what ends before TLS begins, or without a word of TLS.
import { cause, tell, type Trouble } from '../types.ts';
import { CONNECT, CONNECT_AS_NOBODY } from './lines.ts';

export const NETWORK = {
  refused: {
    rank: 12,
    means: 'nothing listens there: the machine answered, and has no program on this port',
    causes: [
      cause(
        'the server is not running, has ended (a bad certificate stops it at its start), or starts',
        [
          tell(CONNECT_AS_NOBODY, 'that the connection is refused before a byte of TLS'),
          tell('mtls match server.crt server.key', 'whether its files would let it start'),
        ],
        'start it, and read its log',
      ),
      cause(
        'it listens on another port, or on the loopback interface only',
        [tell('ss -ltn', 'the addresses and ports that are listened on')],
        'call the right port, or let it listen on 0.0.0.0 or ::',
      ),
      cause(
        'a firewall answers with a reset, or the Service has no endpoints',
        [tell('kubectl get endpoints', 'no address for the service')],
        'open the port, or mend the selector',
      ),
    ],
    codes: ['NETWORK'],
  },
  timeout: {
    rank: 10,
    means: 'no answer came in time: packets are dropped, or the other side does not speak',
    causes: [
      cause(
        'a firewall, a network policy or a security group drops the packets',
        [tell(CONNECT_AS_NOBODY, 'that no connection comes about at all')],
        'open the port on the way there',
      ),
      cause(
        'the connection stands, and the server waits for something else: another protocol, a proxy header',
        [tell(CONNECT_AS_NOBODY, 'that it connects, and that no ServerHello comes')],
        'call the port of TLS; match the PROXY protocol and STARTTLS on both sides',
      ),
      cause(
        'large packets are lost on the way (MTU): small ones pass, the certificates do not',
        [tell(CONNECT_AS_NOBODY, 'that it stops after ClientHello, from this machine only')],
        'lower the MTU of tunnels, or let ICMP pass',
      ),
      cause(
        'the server is overloaded, or waits for a CRL, OCSP or key that does not come',
        [tell(CONNECT, 'at which step the time goes')],
        'see its log and load',
      ),
    ],
    codes: ['NETWORK'],
  },
  reset: {
    rank: 8,
    means: 'the other side cut the connection without a word of why',
    causes: [
      cause(
        'the server refused the client’s certificate and closed: under TLS 1.3 that comes late, from Node without an alert',
        [tell(CONNECT, 'the alert, if one came before the end')],
        'see the server’s log, and verify the client’s certificate with the server’s CAs',
        'mtls verify client.crt --ca ./ca.crt --purpose client',
      ),
      cause(
        'the port does not speak TLS, or a load balancer has no healthy server behind it',
        [tell(CONNECT_AS_NOBODY, 'that no TLS is spoken there')],
        'call the port of TLS, and see the health checks',
      ),
      cause(
        'a firewall that reads the name (SNI) cut it',
        [tell('mtls connect {target} --servername example.com', 'another outcome')],
        'let the name pass',
      ),
    ],
    codes: ['NETWORK', 'HANDSHAKE_FAILED'],
  },
  'closed-in-handshake': {
    rank: 9,
    means: 'the other side closed the connection in the middle of the handshake, without an alert',
    causes: [
      cause(
        'it refused our certificate, or missed it, and closed: Node’s servers send no alert then',
        [tell(CONNECT, 'the step after which it closes')],
        'see its log; verify our certificate with its CAs',
        'mtls verify client.crt --ca ./ca.crt --purpose client',
      ),
      cause(
        'it wants another protocol there: plain text, a proxy header, STARTTLS first',
        [tell(CONNECT_AS_NOBODY, 'that it closes right after ClientHello')],
        'call the port of TLS, or match what the server expects before TLS',
      ),
      cause(
        'it is a health check or a port scan: it connects and goes',
        [tell('mtls serve', 'the same line for every connection that only opens and closes')],
        'nothing is wrong; let the check speak TLS to end the line',
      ),
    ],
    codes: ['NETWORK', 'HANDSHAKE_FAILED'],
  },
  'name-unknown': {
    rank: 14,
    means: 'the name has no address (DNS)',
    causes: [
      cause(
        'it is misspelt, or known in another network, namespace or cluster only',
        [tell('getent hosts {host}', 'no address')],
        'call it by its whole name, such as api.prod.svc.cluster.local',
      ),
    ],
    codes: ['NETWORK'],
  },
  unreachable: {
    rank: 11,
    means: 'there is no way to that address from here',
    causes: [
      cause(
        'a route, a VPN or IPv6 is missing on this machine',
        [tell(CONNECT_AS_NOBODY, 'that no connection comes about at all')],
        'mend the route; try the other address family',
      ),
    ],
    codes: ['NETWORK'],
  },
  upstream: {
    rank: 4,
    means: 'a proxy could not reach the server behind it; the words after it say why, if any',
    causes: [
      cause(
        'the proxy speaks plain text to a server that demands mutual TLS, or the reverse',
        [tell(CONNECT_AS_NOBODY, 'whether TLS is spoken there, and a certificate requested')],
        'let both speak the same: UpstreamTlsContext, DestinationRule, proxy_ssl_certificate',
      ),
      cause(
        'the server behind it is not up, or its certificates have expired',
        [tell(CONNECT, 'what is wrong, seen from beside the proxy')],
        'mend that, and see the proxy’s log for the reason of the transport failure',
      ),
    ],
    codes: ['NETWORK', 'HANDSHAKE_FAILED'],
  },
} satisfies Readonly<Record<string, Trouble>>;
