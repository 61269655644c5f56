// The first flight of a TLS 1.2 server that presents whatever bytes: no TLS program would load them.
import { createServer, type Server } from 'node:net';

const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff]);
const u24 = (value: number) => Buffer.concat([Buffer.from([value >> 16]), u16(value & 0xffff)]);
const sized = (bytes: Uint8Array) => Buffer.concat([u24(bytes.length), bytes]);
const message = (type: number, body: Uint8Array) =>
  Buffer.concat([Buffer.from([type]), sized(body)]);

/** RFC 5246 §7.4.1.3: no session, ECDHE_ECDSA with AES-128-GCM, renegotiation_info (RFC 5746). */
const SERVER_HELLO = Buffer.concat([
  Buffer.from([3, 3]),
  Buffer.alloc(32, 7),
  Buffer.from([0, 0xc0, 0x2b, 0]),
  u16(5),
  Buffer.from([0xff, 1, 0, 1, 0]),
]);

/** Listens once it is told to; the client sees no more than the certificates. */
export function presentRaw(pem: string): Server {
  const certificates = pem
    .split('-----END CERTIFICATE-----')
    .map((block) => block.split('-----BEGIN CERTIFICATE-----')[1])
    .filter((base64) => base64 !== undefined)
    .map((base64) => sized(Buffer.from(base64, 'base64')));
  const flight = Buffer.concat([
    message(2, SERVER_HELLO),
    message(11, sized(Buffer.concat(certificates))),
    message(14, Buffer.alloc(0)),
  ]);
  // RFC 5246 §6.2.1: handshake records of version 1.2
  const record = Buffer.concat([Buffer.from([22, 3, 3]), u16(flight.length), flight]);
  return createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(record);
      // The alert that answers it
      socket.once('data', () => socket.destroy());
    });
  });
}
