import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createCa, verify } from 'mtls-toolkit';
import { call, enroll } from './enroll.js';
import { createIssuer } from './issuer.js';

const tokens = new Map([
  ['token-of-alice', 'alice.example.test'],
  ['token-of-bob', 'bob.example.test'],
]);
let ca;
let issuer;
let url;

before(async () => {
  ca = await createCa({ name: 'example' });
  issuer = await createIssuer(ca, tokens);
  await once(issuer.listen(0, 'localhost'), 'listening');
  url = `https://localhost:${issuer.address().port}`;
});
after(() => issuer.close());

test('a token gets a client certificate for its name, for an hour', async () => {
  const { cert } = await enroll(url, 'alice.example.test', 'token-of-alice', ca.roots);
  const asked = { ca: ca.roots, host: 'alice.example.test', purpose: 'client' };
  assert.equal(verify(cert, asked).ok, true);
  assert.equal(verify(cert, { ...asked, at: '+2h' }).fault.code, 'EXPIRED');
});

test('and for no other name', async () => {
  const wrong = enroll(url, 'bob.example.test', 'token-of-alice', ca.roots);
  await assert.rejects(wrong, { message: '400 NAME_NOT_ALLOWED' });
});

test('nobody gets one without a token', async () => {
  const nobody = enroll(url, 'alice.example.test', 'guessed', ca.roots);
  await assert.rejects(nobody, { message: '401 a token, please' });
});

test('what is no request is refused', async () => {
  const noise = call('POST', `${url}/sign`, { ca: ca.roots, token: 'token-of-bob', body: 'noise' });
  await assert.rejects(noise, { message: '400 NOT_RECOGNIZED' });
});

test('once revoked, a certificate is refused by all who read the CRL', async () => {
  const { cert } = await enroll(url, 'bob.example.test', 'token-of-bob', ca.roots);
  await call('POST', `${url}/revoke`, { ca: ca.roots, token: 'token-of-bob' });
  const crl = await call('GET', `${url}/crl`, { ca: ca.roots });
  const { ok, fault } = verify(cert, { ca: ca.roots, crl });
  assert.equal(ok, false);
  assert.equal(fault.code, 'REVOKED');
});
