// Lines of ours that several causes are told apart with.

/** A real handshake, both sides shown; files are those of the client, the name only where it differs. */
export const CONNECT =
  'mtls connect {target} --ca ./ca.crt --cert client.crt --key client.key --servername {host}';

/** The same without a client certificate. */
export const CONNECT_AS_NOBODY = 'mtls connect {target} --ca ./ca.crt';

/** As a client judges the server's file. */
export const VERIFY_SERVER = 'mtls verify server.crt --ca ./ca.crt --host {host}';

/** As a server judges the client's file. */
export const VERIFY_CLIENT = 'mtls verify client.crt --ca ./ca.crt --purpose client';

/** Both directions on paper. */
export const WHY =
  'mtls why client.crt,client.key,ca.crt server.crt,server.key,ca.crt --host {host}';
