// A signer as docs/signers.md asks for it, with a key in a file: node signer-program.js KEY [FAULT].
// FAULT makes it one of those that operators meet.
import { createHash, createPrivateKey, constants, privateEncrypt, sign } from 'node:crypto';
import { spawn } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { setInterval } from 'node:timers';
import { p256, p384, p521 } from '@noble/curves/nist.js';

const [, , file, fault = 'none', note] = process.argv;
const { MTLS_SIGN_ALGORITHM: algorithm, MTLS_SIGN_HASH: hash } = process.env;

// RFC 8017 §9.2, note 1
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
const CURVES = { prime256v1: p256, secp384r1: p384, secp521r1: p521 };

function signatureOf(input, form) {
  const key = createPrivateKey(readFileSync(file));
  if (algorithm === 'ed25519') return sign(null, input, key);
  if (algorithm === 'rsa-sha256')
    return privateEncrypt(
      { key, padding: constants.RSA_PKCS1_PADDING },
      Buffer.concat([DIGEST_INFO, input]),
    );
  const curve = CURVES[key.asymmetricKeyDetails.namedCurve];
  const secret = Buffer.from(key.export({ format: 'jwk' }).d, 'base64url');
  return curve.sign(input, secret, { prehash: false, lowS: false, format: form });
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const input = Buffer.concat(chunks);
const expected = { sha256: 32, sha384: 48, sha512: 64 }[hash];
if (expected !== undefined && input.length !== expected)
  throw new Error(`a digest of ${input.length} octets`);

switch (fault) {
  case 'none':
    process.stdout.write(signatureOf(input, 'der'));
    break;
  case 'count':
    appendFileSync(note, `${algorithm}\n`);
    process.stdout.write(signatureOf(input, 'der'));
    break;
  case 'environment':
    writeFileSync(note, JSON.stringify(process.env));
    process.stdout.write(signatureOf(input, 'der'));
    break;
  case 'chatty':
    process.stderr.write('signing …\n');
    process.stdout.write(signatureOf(input, 'der'));
    break;
  case 'raw':
    process.stdout.write(signatureOf(input, 'compact'));
    break;
  case 'base64':
    process.stdout.write(`${Buffer.from(signatureOf(input, 'der')).toString('base64')}\n`);
    break;
  case 'twice-hashed':
    process.stdout.write(signatureOf(createHash(hash).update(input).digest(), 'der'));
    break;
  case 'longer':
    process.stdout.write(Buffer.concat([signatureOf(input, 'der'), Buffer.from('\n')]));
    break;
  case 'garbage':
    process.stdout.write(Buffer.from([0, 1, 2, 3, 0xff]));
    break;
  case 'empty':
    break;
  case 'huge':
    process.stdout.write(Buffer.alloc(1 << 20, 0x30));
    break;
  case 'endless':
    for (;;) await new Promise((resolve) => process.stdout.write(Buffer.alloc(65536), resolve));
  case 'exit':
    process.stderr.write(`no credentials \x1b[31m for it\n${'x'.repeat(5000)}`);
    process.exitCode = 3;
    break;
  case 'sign-and-exit':
    process.stdout.write(signatureOf(input, 'der'));
    process.exitCode = 1;
    break;
  case 'killed':
    process.kill(process.pid, 'SIGTERM');
    await new Promise(() => setInterval(() => undefined, 1000));
    break;
  case 'hang':
    await new Promise(() => setInterval(() => undefined, 1000));
    break;
  case 'hang-below': {
    // Its child holds the pipes, and would go on after it
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], {
      stdio: 'inherit',
    });
    writeFileSync(note, String(child.pid));
    break;
  }
  default:
    throw new Error(`no such fault: ${fault}`);
}
