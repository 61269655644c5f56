// Who may call what, for servers of Node: made by mtls policy export --to node. No dependencies.
//
//   import { authorize, guard, guardUpgrade } from './policy.mjs';
//   app.use(authorize);                                  // Express and its kin
//   https.createServer(options, guard(handler));         // node:https, node:http2
//   server.on('upgrade', guardUpgrade(handler));         // WebSocket: it goes past all middleware
//
// The server asks for certificates itself: requestCert: true, and ca with the roots of callers.
// rejectUnauthorized may stay true; a caller whose certificate is not authorized is refused here.

import { Buffer } from 'node:buffer';

const rules = [
  // mtls:rules
];

const PATH = new RegExp("^/(?:(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.](?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.][.](?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])+)(?:/(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.](?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.][.](?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])+))*/?)?$");
const METHOD = /^[A-Z][A-Z_-]*$/;
const SPIFFE = new RegExp("^spiffe://[a-z0-9._-]+(?:/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*|[.][A-Za-z0-9_-][A-Za-z0-9._-]*|[.][.][A-Za-z0-9._-]+))*$");
const DNS = /^[a-z0-9_-]+(?:[.][a-z0-9_-]+)*$/;

/**
 * Decides on a request; deny wins, and what no rule allows is denied.
 *
 * @param {Uint8Array} certificate the caller's, in DER, verified by the TLS layer
 * @param {string} method as it came
 * @param {string} target path and query as they came
 * @returns {{ allow: boolean, rule: string | undefined }}
 */
export function decide(certificate, method, target) {
  const path = target.split('?', 1)[0];
  if (!METHOD.test(method) || !PATH.test(path)) return { allow: false, rule: undefined };
  const caller = callerOf(certificate);
  const meant = rules.filter(
    ({ who, what }) =>
      who.some((subject) => isMeant(subject, caller)) &&
      what.some(
        ({ methods, paths }) =>
          (!methods || methods.includes(method)) &&
          paths.some((pattern) => pathMatches(pattern, path)),
      ),
  );
  const found = meant.find(({ effect }) => effect === 'deny') ?? meant[0];
  return { allow: found?.effect === 'allow', rule: found?.name };
}

/** Middleware: answers 403, or goes on. */
export function authorize(request, response, next) {
  if (mayCall(request)) {
    next();
    return;
  }
  response.statusCode = 403;
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end('forbidden\n');
}

/** A request listener behind the policy. */
export function guard(handler) {
  return (request, response) => authorize(request, response, () => handler(request, response));
}

/** A listener of the events upgrade and connect behind the policy; what is denied is closed. */
export function guardUpgrade(handler) {
  return (request, socket, head) => {
    if (mayCall(request)) handler(request, socket, head);
    else socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  };
}

function mayCall(request) {
  try {
    const { socket } = request;
    const certificate = socket.authorized === true ? socket.getPeerCertificate().raw : undefined;
    // Routers cut their own part off url
    const target = request.originalUrl ?? request.url;
    return certificate !== undefined && decide(certificate, request.method, target).allow;
  } catch {
    // a certificate that cannot be read is nobody's
    return false;
  }
}

function isMeant({ cn, dns, spiffe, extension }, caller) {
  return (
    (cn === undefined || caller.commonNames.includes(cn)) &&
    (dns === undefined ||
      caller.dns.some((name) => partsMatch(dns.split('.').reverse(), name.split('.').reverse()))) &&
    (spiffe === undefined ||
      caller.spiffe.some((id) => partsMatch(spiffe.split('/'), id.split('/')))) &&
    (extension === undefined ||
      caller.extensions.some(
        ({ oid, value }) => oid === extension.oid && value === extension.value,
      ))
  );
}

function partsMatch(pattern, parts) {
  const open = pattern.at(-1) === '**';
  const fixed = open ? pattern.slice(0, -1) : pattern;
  return (
    (open ? parts.length > fixed.length : parts.length === fixed.length) &&
    fixed.every((part, at) => part === '*' || part === parts[at])
  );
}

function pathMatches({ kind, text }, path) {
  if (kind === 'prefix') return path.startsWith(text);
  return kind === 'suffix' ? path.endsWith(text) : path === text;
}

// What rules go by, out of the certificate's own bytes: no text of Node's is taken apart.

function callerOf(der) {
  const bytes = Buffer.from(der);
  const [tbs] = childrenOf(bytes, elementAt(bytes, 0, bytes.length));
  const fields = childrenOf(bytes, tbs);
  // version [0] may be left out
  const subject = fields[fields[0].tag === 0xa0 ? 5 : 4];
  const wrapped = fields.find(({ tag }) => tag === 0xa3);
  const extensions = wrapped ? childrenOf(bytes, childrenOf(bytes, wrapped)[0]).map(extensionOf) : [];
  const names = extensions
    .filter(({ oid }) => oid === '2.5.29.17')
    .flatMap(({ value }) => {
      const content = Buffer.from(value, 'hex');
      return childrenOf(content, elementAt(content, 0, content.length)).map((name) => ({
        tag: name.tag,
        text: content.toString('latin1', name.start, name.end),
      }));
    });
  return {
    commonNames: childrenOf(bytes, subject)
      .flatMap((rdn) => childrenOf(bytes, rdn))
      .map((attribute) => childrenOf(bytes, attribute))
      .filter(([type]) => oidOf(bytes, type) === '2.5.4.3')
      .map(([, value]) => textOf(bytes, value)),
    dns: names
      .filter(({ tag }) => tag === 0x82)
      .map(({ text }) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()))
      .filter((name) => DNS.test(name)),
    spiffe: names
      .filter(({ tag, text }) => tag === 0x86 && SPIFFE.test(text))
      .map(({ text }) => text),
    extensions,
  };

  function extensionOf(element) {
    const parts = childrenOf(bytes, element);
    const { start, end } = parts[parts.length - 1];
    return { oid: oidOf(bytes, parts[0]), value: bytes.toString('hex', start, end) };
  }
}

function elementAt(bytes, at, limit) {
  const tag = bytes[at];
  let start = at + 2;
  let length = bytes[at + 1];
  if (length > 0x80) {
    const octets = length & 0x7f;
    start += octets;
    length = octets <= 4 ? bytes.readUIntBE(at + 2, octets) : Infinity;
  }
  const end = start + length;
  if (tag === undefined || length === 0x80 || !(end <= limit)) throw new Error('malformed DER');
  return { tag, start, end };
}

function childrenOf(bytes, { start, end }) {
  const children = [];
  for (let at = start; at < end; ) {
    const child = elementAt(bytes, at, end);
    children.push(child);
    at = child.end;
  }
  return children;
}

function oidOf(bytes, { start, end }) {
  const arcs = [];
  let arc = 0n;
  for (const octet of bytes.subarray(start, end)) {
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    if (octet >= 0x80) continue;
    if (arcs.length === 0) {
      const root = arc < 40n ? 0n : arc < 80n ? 1n : 2n;
      arcs.push(root, arc - root * 40n);
    } else arcs.push(arc);
    arc = 0n;
  }
  return arcs.join('.');
}

function textOf(bytes, { tag, start, end }) {
  // BMPString and UniversalString; common names of rules are ASCII, so Latin-1 does for the rest
  const width = tag === 0x1e ? 2 : tag === 0x1c ? 4 : 1;
  let text = '';
  for (let at = start; at + width <= end; at += width)
    text += String.fromCodePoint(Math.min(bytes.readUIntBE(at, width), 0x10ffff));
  return text;
}
