// Certificates by plain `openssl` commands: `req` for keys and requests, `ca` to sign with any dates.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openssl } from '../../support/openssl.ts';

const DAY = 86_400_000;

/** A certificate with its key, as PEM. */
export interface Party {
  readonly cert: string;
  readonly key: string;
  /** The certificate and the intermediates above it, without the root. */
  readonly chain: string;
}

export interface Authority extends Party {
  /** Where its database and its files are. */
  readonly folder: string;
}

export interface Wanted {
  /** As `openssl -subj` takes it. */
  readonly subject: string;
  /** Lines of an extension file; what is usual is added by the methods. */
  readonly extensions?: readonly string[];
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
  /** PEM of a key that is there already. */
  readonly key?: string;
  /** Bits of an RSA key, in place of P-256. */
  readonly rsa?: number;
}

export interface WantedAuthority extends Wanted {
  readonly pathLength?: number;
}

export interface WantedLeaf extends Wanted {
  /** `DNS:a,IP:10.0.0.1`, as openssl takes them. */
  readonly names?: string;
  readonly use?: 'serverAuth' | 'clientAuth' | 'serverAuth,clientAuth';
}

const date = (days: number): string =>
  new Date(Date.now() + days * DAY).toISOString().replace(/[-:T]|\.\d+/g, '');

const CONFIG = `[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
crlnumber = crlnumber
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
crl_extensions = crl
[any]
C = optional
O = optional
OU = optional
CN = optional
[crl]
authorityKeyIdentifier = keyid
[req]
distinguished_name = dn
[dn]
`;

const authorityConstraint = ({ pathLength }: WantedAuthority): string =>
  `basicConstraints = critical,CA:true${pathLength === undefined ? '' : `,pathlen:${pathLength}`}`;

/** Makes keys and certificates in a folder of its own. */
export class Workshop {
  readonly #folder: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'openssl.cnf'), CONFIG);
  }

  /** A self-signed CA; with `key`, the same CA once more. */
  root(wanted: WantedAuthority): Authority {
    const folder = this.#authorityFolder();
    const { key, request } = this.#request(wanted);
    const cert = this.#sign(
      folder,
      request,
      { from: -100, to: 1800, ...wanted },
      [
        authorityConstraint(wanted),
        'keyUsage = critical,keyCertSign,cRLSign',
        'subjectKeyIdentifier = hash',
        ...(wanted.extensions ?? []),
      ],
      ['-selfsign', '-keyfile', this.#file('key', key)],
    );
    return this.#authority(folder, { cert, key, chain: '' });
  }

  /** A CA below another; with `key` of a root, a cross-certificate. */
  intermediate(issuer: Authority, wanted: WantedAuthority): Authority {
    const folder = this.#authorityFolder();
    const { key, request } = this.#request(wanted);
    const cert = this.#sign(
      issuer.folder,
      request,
      { from: -90, to: 900, ...wanted },
      [
        authorityConstraint(wanted),
        'keyUsage = critical,keyCertSign,cRLSign',
        'subjectKeyIdentifier = hash',
        'authorityKeyIdentifier = keyid',
        ...(wanted.extensions ?? []),
      ],
      this.#as(issuer),
    );
    return this.#authority(folder, { cert, key, chain: cert + issuer.chain });
  }

  leaf(issuer: Authority, wanted: WantedLeaf): Party {
    const { key, request } = this.#request(wanted);
    return { key, ...this.signRequest(issuer, request, wanted) };
  }

  /** Signs somebody else’s request. */
  signRequest(
    issuer: Authority,
    request: string,
    wanted: WantedLeaf,
  ): Pick<Party, 'cert' | 'chain'> {
    const cert = this.#sign(
      issuer.folder,
      request,
      { from: -10, to: 80, ...wanted },
      [
        'basicConstraints = critical,CA:false',
        `keyUsage = critical,digitalSignature${wanted.rsa === undefined ? '' : ',keyEncipherment'}`,
        `extendedKeyUsage = ${wanted.use ?? 'serverAuth'}`,
        'subjectKeyIdentifier = hash',
        'authorityKeyIdentifier = keyid',
        ...(wanted.names === undefined ? [] : [`subjectAltName = ${wanted.names}`]),
        ...(wanted.extensions ?? []),
      ],
      this.#as(issuer),
    );
    return { cert, chain: cert + issuer.chain };
  }

  /** Takes a certificate that is no CA’s for one, as a slip of the hand does. */
  pretender(party: Party): Authority {
    return this.#authority(this.#authorityFolder(), { ...party, chain: '' });
  }

  /** A current list of revoked certificates. */
  crl(issuer: Authority, revoked: readonly Party[] = []): string {
    for (const { cert } of revoked) {
      openssl(
        [...this.#ca(), '-revoke', this.#file('crt', cert), ...this.#as(issuer)],
        this.#in(issuer.folder),
      );
    }
    openssl(
      [...this.#ca(), '-gencrl', '-crldays', '30', '-out', 'crl.pem', ...this.#as(issuer)],
      this.#in(issuer.folder),
    );
    return readFileSync(join(issuer.folder, 'crl.pem'), 'utf8');
  }

  request(wanted: Wanted): { readonly key: string; readonly request: string } {
    return this.#request(wanted);
  }

  #request(wanted: Wanted): { readonly key: string; readonly request: string } {
    const at = this.#path('key');
    const how =
      wanted.key === undefined
        ? wanted.rsa === undefined
          ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at]
          : ['-newkey', `rsa:${wanted.rsa}`, '-nodes', '-keyout', at]
        : ['-key', at];
    if (wanted.key !== undefined) writeFileSync(at, wanted.key);
    const request = openssl(
      [
        'req',
        '-new',
        '-config',
        join(this.#folder, 'openssl.cnf'),
        '-subj',
        wanted.subject,
        ...how,
      ],
      this.#in(this.#folder),
    ).toString();
    return { key: readFileSync(at, 'utf8'), request };
  }

  #sign(
    folder: string,
    request: string,
    dates: { readonly from: number; readonly to: number },
    extensions: readonly string[],
    signer: readonly string[],
  ): string {
    const out = this.#path('crt');
    openssl(
      [
        ...this.#ca(),
        '-batch',
        '-notext',
        '-in',
        this.#file('csr', request),
        '-out',
        out,
        '-startdate',
        date(dates.from),
        '-enddate',
        date(dates.to),
        '-extfile',
        this.#file('ext', extensions.join('\n') + '\n'),
        ...signer,
      ],
      this.#in(folder),
    );
    return readFileSync(out, 'utf8');
  }

  #ca(): readonly string[] {
    return ['ca', '-config', join(this.#folder, 'openssl.cnf')];
  }

  #as(issuer: Authority): readonly string[] {
    return ['-cert', join(issuer.folder, 'ca.crt'), '-keyfile', join(issuer.folder, 'ca.key')];
  }

  #authorityFolder(): string {
    const folder = this.#path('ca');
    mkdirSync(folder);
    writeFileSync(join(folder, 'index.txt'), '');
    writeFileSync(join(folder, 'crlnumber'), '01\n');
    return folder;
  }

  #authority(folder: string, party: Party): Authority {
    writeFileSync(join(folder, 'ca.crt'), party.cert);
    writeFileSync(join(folder, 'ca.key'), party.key);
    return { ...party, folder };
  }

  #path(ending: string): string {
    this.#count += 1;
    return join(this.#folder, `${this.#count}.${ending}`);
  }

  #file(ending: string, text: string): string {
    const at = this.#path(ending);
    writeFileSync(at, text);
    return at;
  }

  #in(cwd: string): { readonly cwd: string } {
    return { cwd };
  }
}
