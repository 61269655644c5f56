// docs/zoo.md, from the zoo itself.
import { ZOO, type Verdict, type ZooEntry, type ZooGroup } from '../src/testing/zoo/index.ts';
import { block, MADE, table, text } from './markdown.ts';

const GROUPS: Readonly<Record<ZooGroup, string>> = {
  dates: 'Dates',
  trust: 'Trust, and the way to it',
  names: 'Names',
  purposes: 'Purposes',
  issuing: 'The right to issue',
  signatures: 'Signatures',
  keys: 'Keys',
  revocation: 'Revocation',
  spiffe: 'SPIFFE',
  encodings: 'Encodings',
};

const PROGRAMS = { node: 'Node', openssl: 'OpenSSL', go: 'Go', gnutls: 'GnuTLS' } as const;

const EXAMPLE = `import { connect, createServer } from 'node:tls';
import { verdictOf, zoo } from 'mtls-toolkit/testing';

const bad = zoo('expired');
const server = createServer(bad.serverTls); // the server presents it
connect({ port, servername: 'localhost', ...bad.peer.tls }).on('error', ({ code }) => {
  assert.equal(code, verdictOf(bad.expected.node)); // CERT_HAS_EXPIRED
});`;

/** docs/zoo.md: every bad certificate with its reason, its clause, and what each validator says. */
export function zooReference(): string {
  const groups = Object.entries(GROUPS) as [ZooGroup, string][];
  return `${[
    '# The zoo',
    MADE,
    `${ZOO.length} bad certificates, each with one fault and no other, made in memory by \`zoo(name)\`. \`zoo(name, { cured: true })\` makes the same certificate without its fault. What is said of each is tested: a real handshake with Node’s TLS on Node 20, 22, 24 and 26, one with Go’s \`crypto/tls\`, \`openssl verify -auth_level 2\` and \`certtool --verify --verify-profile low\`.`,
    block(EXAMPLE, 'js'),
    'Where a program takes it, the table says *accepted*: that is worth knowing, too. Of a server’s certificate the client is asked, of a client’s the server. Node names a few errors of OpenSSL only `UNSPECIFIED`. Go looks at no CRLs. SPIFFE IDs are read by who knows them, not by TLS. What *does not load* Node refuses to present, with the code that `loading` holds; keys and files that do not belong together are found on loading alone.',
    ...groups.flatMap(([group, title]) => [
      `## ${title}`,
      table(
        ['name', 'what is wrong', 'clause', '`mtls`', 'Node', '`openssl`', 'Go', 'GnuTLS'],
        ZOO.filter((entry) => entry.group === group).map(row),
      ),
    ]),
  ].join('\n\n')}\n`;
}

function row({ name, reason, clause, side, expected, loading }: ZooEntry): readonly string[] {
  const { mtls, node, openssl, go, gnutls } = expected;
  const remarks = [
    ...(side === 'client' ? ['of a client'] : []),
    ...(loading === undefined ? [] : ['does not load']),
  ];
  const remark = remarks.length > 0 ? ` (*${remarks.join(', ')}*)` : '';
  return [
    `\`${name}\``,
    text(reason) + remark,
    clause,
    ...[mtls, node, openssl, go, gnutls].map(verdict),
  ];
}

function verdict(given: Verdict): string {
  if (typeof given === 'string') return said(given);
  return given
    .map(({ says, below = {} }) => {
      const limits = Object.entries(below).map(
        ([program, limit]) => `${PROGRAMS[program as keyof typeof PROGRAMS]} ${limit}`,
      );
      return limits.length > 0 ? `${said(says)} below ${limits.join(' and ')}` : said(says);
    })
    .join(', else ');
}

function said(says: string): string {
  // NUL would end the file for some readers
  return says === 'accepted'
    ? '*accepted*'
    : `\`${says.replaceAll('\0', '\\0').replaceAll('|', '\\|')}\``;
}
