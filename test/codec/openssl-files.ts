// Files as openssl makes them, in a folder that goes away.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const haveOpenssl = spawnSync('openssl', ['version']).status === 0;

export class OpensslFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'mtls-openssl-'));

  /** Runs openssl inside the folder, arguments separated by blanks. */
  run(command: string): void {
    execFileSync('openssl', command.split(' '), { cwd: this.path, stdio: 'pipe' });
  }

  read(name: string): Uint8Array {
    return new Uint8Array(readFileSync(join(this.path, name)));
  }

  text(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  write(name: string, content: string | Uint8Array): void {
    writeFileSync(join(this.path, name), content);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** One of each kind, in PEM and DER: see the names of the files. */
  fill(): void {
    this.run('ecparam -name prime256v1 -genkey -out sec1.pem');
    this.run('pkcs8 -topk8 -nocrypt -in sec1.pem -out pkcs8.pem');
    this.run('pkcs8 -topk8 -in sec1.pem -passout pass:secret -out encrypted.pem');
    this.run('ec -in sec1.pem -aes128 -passout pass:secret -out traditional.pem');
    this.run('ec -in sec1.pem -pubout -out public.pem');
    this.run('genrsa -traditional -out pkcs1.pem 2048');
    this.run('rsa -in pkcs1.pem -RSAPublicKey_out -out rsa-public.pem');
    this.run('req -x509 -new -key sec1.pem -subj /CN=root -days 30 -out certificate.pem');
    this.run('req -new -key sec1.pem -subj /CN=client -out request.pem');
    this.run('x509 -in certificate.pem -addtrust serverAuth -trustout -out trusted.pem');
    this.write('index', '');
    this.write('ca.cnf', '[ca]\ndefault_ca=d\n[d]\ndatabase=index\ndefault_md=sha256\n');
    this.run(
      'ca -config ca.cnf -gencrl -crldays 30 -keyfile sec1.pem -cert certificate.pem -out crl.pem',
    );
    this.run('crl2pkcs7 -nocrl -certfile certificate.pem -out pkcs7.pem');
    this.run(
      'pkcs12 -export -inkey sec1.pem -in certificate.pem -passout pass:secret -out store.p12',
    );
    this.run('x509 -in certificate.pem -outform DER -out certificate.der');
    this.run('req -in request.pem -outform DER -out request.der');
    this.run('crl -in crl.pem -outform DER -out crl.der');
    this.run('pkcs8 -topk8 -nocrypt -in sec1.pem -outform DER -out pkcs8.der');
    this.run('pkcs8 -topk8 -in sec1.pem -passout pass:secret -outform DER -out encrypted.der');
    this.run('ec -in sec1.pem -outform DER -out sec1.der');
    this.run('rsa -in pkcs1.pem -traditional -outform DER -out pkcs1.der');
    this.run('ec -in sec1.pem -pubout -outform DER -out public.der');
    this.run('rsa -in pkcs1.pem -RSAPublicKey_out -outform DER -out rsa-public.der');
    this.run('crl2pkcs7 -nocrl -certfile certificate.pem -outform DER -out pkcs7.der');
  }
}
