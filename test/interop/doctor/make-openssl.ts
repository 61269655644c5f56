// Set-ups made by `openssl ca`, the one way in which OpenSSL 3.0 takes dates.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openssl } from '../../support/openssl.ts';
import { datesOf, subjectOf, type CertSpec, type Maker } from './shape.ts';

export const byOpenssl: Maker = (specs) => {
  const folder = mkdtempSync(join(tmpdir(), 'mtls-openssl-'));
  const at = (name: string) => join(folder, name);
  try {
    for (const [name, spec] of Object.entries(specs)) {
      const { by = name } = spec;
      writeFileSync(at(`${name}.key`), keyOf(spec, at));
      openssl([
        'req',
        '-new',
        '-key',
        at(`${name}.key`),
        '-subj',
        subjectOf(spec),
        '-out',
        at('csr'),
      ]);
      writeFileSync(at('index.txt'), '');
      writeFileSync(at('index.txt.attr'), 'unique_subject = no\n');
      writeFileSync(at('openssl.cnf'), configOf(spec, folder, by));
      const [from, to] = datesOf(spec).map(stampOf) as [string, string];
      openssl([
        ...['ca', '-batch', '-notext', '-config', at('openssl.cnf')],
        ...['-startdate', from, '-enddate', to, '-md', md(specs[by] ?? spec, spec)],
        ...['-keyfile', at(`${by}.key`), '-in', at('csr'), '-out', at(`${name}.crt`)],
        ...(by === name ? ['-selfsign'] : ['-cert', at(`${by}.crt`)]),
        ...(spec.bare === true ? [] : ['-extensions', 'made']),
      ]);
    }
    return Object.fromEntries(
      Object.keys(specs).map((name) => [
        name,
        {
          cert: readFileSync(at(`${name}.crt`), 'latin1'),
          key: readFileSync(at(`${name}.key`), 'latin1'),
        },
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function keyOf({ key = 'ec', keyOf: other }: CertSpec, at: (name: string) => string): string {
  if (other !== undefined) return readFileSync(at(`${other}.key`), 'latin1');
  const { privateKey } =
    key === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : key === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
        : generateKeyPairSync('rsa', { modulusLength: Number(key.slice(4)) });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

function md(issuer: CertSpec, { sha1 = false }: CertSpec): string {
  return issuer.key === 'ed25519' ? 'default' : sha1 ? 'sha1' : 'sha256';
}

function stampOf(date: Date): string {
  return date.toISOString().replace(/[-:T]|\.\d+/g, '');
}

function configOf(spec: CertSpec, folder: string, by: string): string {
  const { ca = false, pathLen, eku, permit } = spec;
  const names = [
    ...(spec.dns ?? []).map((name) => `DNS:${name}`),
    ...(spec.ip ?? []).map((name) => `IP:${name}`),
    ...(spec.uri ?? []).map((name) => `URI:${name}`),
  ];
  return [
    '[ca]',
    'default_ca = here',
    '[here]',
    `database = ${folder}/index.txt`,
    `new_certs_dir = ${folder}`,
    `certificate = ${folder}/${by}.crt`,
    'default_md = sha256',
    'rand_serial = yes',
    'policy = any',
    '[any]',
    ...['C', 'O', 'OU'].map((short) => `${LONG[short] ?? ''} = optional`),
    'commonName = optional',
    '[made]',
    `basicConstraints = critical,CA:${ca ? 'TRUE' : 'FALSE'}${pathLen === undefined ? '' : `,pathlen:${pathLen}`}`,
    `keyUsage = critical,${ca ? 'keyCertSign,cRLSign' : 'digitalSignature'}`,
    'subjectKeyIdentifier = hash',
    'authorityKeyIdentifier = keyid',
    ...(eku ? [`extendedKeyUsage = ${eku.join(',')}`] : []),
    ...(names.length > 0 ? [`subjectAltName = ${names.join(',')}`] : []),
    ...(permit
      ? [`nameConstraints = critical,${permit.map((name) => `permitted;DNS:${name}`).join(',')}`]
      : []),
    '',
  ].join('\n');
}

const LONG: Readonly<Record<string, string>> = {
  C: 'countryName',
  O: 'organizationName',
  OU: 'organizationalUnitName',
};
