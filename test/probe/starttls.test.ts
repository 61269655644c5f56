// Servers that speak in the clear first, each by its own specification, then TLS on the same socket.
import { TLSSocket } from 'node:tls';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { StartTls } from '../../src/probe/starttls.ts';
import { createTestPki } from '../../src/testing/pki.ts';
import { connectTo, serveRaw, told } from './connect-support.ts';

const pki = createTestPki();

function upgrade(socket: Socket): void {
  socket.removeAllListeners('data');
  const { cert, key } = pki.server;
  new TLSSocket(socket, { isServer: true, cert, key }).on('error', () => undefined);
}

/** Answers each message in its turn; the last answer is followed by TLS. */
function dialogue(
  greeting: string,
  turns: readonly (readonly [expected: RegExp, answer: string])[],
): (socket: Socket) => void {
  return (socket) => {
    socket.write(greeting, 'latin1');
    let turn = 0;
    socket.on('data', (data: Buffer) => {
      const [expected, answer] = turns[turn++] ?? [];
      if (!expected?.test(data.toString('latin1'))) socket.destroy();
      else {
        socket.write(answer ?? '', 'latin1');
        if (turn === turns.length) upgrade(socket);
      }
    });
  };
}

/** Protocol 10, version 8.0.36, with CLIENT_SSL among the capabilities (MySQL's HandshakeV10). */
const GREETING =
  '\x0a8.0.36\x00\x01\x00\x00\x00saltsalt\x00\xff\xff\xff\x02\x00\xff\xdf\x15' +
  '\x00'.repeat(10) +
  'saltsaltsalt\x00';
const MYSQL = `${String.fromCharCode(GREETING.length)}\x00\x00\x00${GREETING}`;

const mysql = (socket: Socket): void => {
  socket.write(Buffer.from(MYSQL, 'latin1'));
  socket.once('data', (data: Buffer) => {
    // SSLRequest: 32 octets, packet 1, CLIENT_SSL set; what follows is TLS
    const asks = data.length >= 36 && data[0] === 32 && data[3] === 1 && (data[5] as number) & 8;
    if (!asks) {
      socket.destroy();
      return;
    }
    socket.pause();
    if (data.length > 36) socket.unshift(data.subarray(36));
    upgrade(socket);
  });
};

/* eslint-disable no-control-regex -- binary protocols */
const SERVERS: Readonly<Record<StartTls, (socket: Socket) => void>> = {
  // RFC 3207 §6
  smtp: dialogue('220-mail.test\r\n220 ESMTP\r\n', [
    [/^EHLO \S+\r\n$/, '250-mail.test\r\n250-SIZE 1000\r\n250 STARTTLS\r\n'],
    [/^STARTTLS\r\n$/, '220 Go ahead\r\n'],
  ]),
  // RFC 3501 §6.2.1
  imap: dialogue('* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n', [
    [/^a1 STARTTLS\r\n$/, '* BYE-BYE\r\na1 OK Begin TLS negotiation now\r\n'],
  ]),
  // PostgreSQL, "SSL Session Encryption": 80877103
  postgres: dialogue('', [[/^\x00\x00\x00\x08\x04\xd2\x16\x2f$/, 'S']]),
  mysql,
  // RFC 4511 §4.14
  ldap: dialogue('', [
    [
      /^\x30\x1d\x02\x01\x01\x77\x18\x80\x161\.3\.6\.1\.4\.1\.1466\.20037$/,
      '\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00',
    ],
  ]),
};
/* eslint-enable no-control-regex */

describe('STARTTLS', () => {
  it.each(Object.keys(SERVERS) as StartTls[])('by %s', async (startTls) => {
    const record = await connectTo(await serveRaw(SERVERS[startTls]), { startTls });
    expect(record).toMatchObject({ established: true, end: { kind: 'done' } });
    expect(told(record).slice(0, 2)).toEqual(['client ClientHello', 'server ServerHello']);
  });
});
