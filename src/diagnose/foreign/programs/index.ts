// Every program whose messages are known.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';
import { ALERTS } from './alerts.ts';
import { CHROME } from './chrome.ts';
import { CURL } from './curl.ts';
import { DOTNET } from './dotnet.ts';
import { ENVOY } from './envoy.ts';
import { FIREFOX } from './firefox.ts';
import { GNUTLS } from './gnutls.ts';
import { GO } from './go.ts';
import { GRPC } from './grpc.ts';
import { HAPROXY } from './haproxy.ts';
import { ISTIO } from './istio.ts';
import { JAVA } from './java.ts';
import { KUBERNETES } from './kubernetes.ts';
import { LINKERD } from './linkerd.ts';
import { MYSQL } from './mysql.ts';
import { NGINX } from './nginx.ts';
import { NODE } from './node.ts';
import { OPENSSL } from './openssl.ts';
import { POSTGRESQL } from './postgresql.ts';
import { PYTHON } from './python.ts';
import { RUSTLS } from './rustls.ts';
import { SAFARI } from './safari.ts';
import { SYSTEM } from './system.ts';

/** Those whose words others repeat come last: where two fit, the first is said. */
export const PROGRAMS: readonly ForeignProgram<TroubleId>[] = [
  NODE,
  GO,
  JAVA,
  PYTHON,
  RUSTLS,
  DOTNET,
  CURL,
  NGINX,
  HAPROXY,
  ENVOY,
  ISTIO,
  LINKERD,
  KUBERNETES,
  GRPC,
  POSTGRESQL,
  MYSQL,
  CHROME,
  FIREFOX,
  SAFARI,
  GNUTLS,
  ALERTS,
  OPENSSL,
  SYSTEM,
];
