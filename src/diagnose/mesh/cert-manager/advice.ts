// What a Certificate asks for that is issued, and then is of little use where both sides show one.
import { quoteForeign } from '../../../base/text.ts';
import { formatTime } from '../../../base/clock.ts';
import type { Mapping } from '../../../codec/manifest-entries.ts';
import { parseIp } from '../../../name/ip.ts';
import { parseSpiffeId } from '../../../name/spiffe.ts';
import { formatDuration } from '../../../profile/duration.ts';
import { certificateTitle } from '../../../x509/title.ts';
import type { Resource } from '../../document.ts';
import { found, type MeshFinding } from '../mesh-set.ts';
import { mappingAt, textAt, textsAt } from '../shape.ts';
import { caChain } from './ca.ts';
import { MILLISECOND } from './go-duration.ts';
import { durationOf, namesOf, renewalOf, specOf, type WantedNames } from './objects.ts';
import { passes } from './passes.ts';
import { issuerOf, secretOf, setOf, type Stream } from './stream.ts';

const SERVER = 'server auth';
const CLIENT = 'client auth';
const LEAST_RENEWAL = 300_000n * MILLISECOND;

/** Of a Certificate that is not refused. */
export function certificateAdvice(
  certificate: Resource,
  stream: Stream,
  at: Date,
): readonly MeshFinding[] {
  const { place } = certificate;
  const spec = specOf(certificate);
  return [
    ...(spec['isCA'] === true ? caAdvice(spec, place) : leafAdvice(spec, place)),
    ...renewalAdvice(spec, place),
    ...rotationAdvice(spec, place),
    ...issuerAdvice(certificate, stream, at),
  ];
}

function leafAdvice(spec: Mapping, place: string): readonly MeshFinding[] {
  const names = namesOf(spec);
  const usages = textsAt(spec, 'usages');
  return [
    ...(usages.includes('cert sign')
      ? [
          found('KEY_USAGE', place, 'it asks for "cert sign", and is no CA: isCA is not true', {
            severity: 'warning',
            clause: 'RFC 5280 §4.2.1.9',
            mend: 'leave "cert sign" out, or say isCA: true',
          }),
        ]
      : []),
    ...signatureAdvice(usages, place),
    ...purposeAdvice(names, usages, place),
    ...nameAdvice(names, usages, place),
  ];
}

const EXTENDED: ReadonlySet<string> = new Set([
  SERVER,
  CLIENT,
  'code signing',
  'email protection',
  's/mime',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'timestamping',
  'ocsp signing',
  'microsoft sgc',
  'netscape sgc',
]);

/** Without any key usage everything is allowed; with one, a handshake of TLS 1.3 needs a signature. */
function signatureAdvice(usages: readonly string[], place: string): readonly MeshFinding[] {
  const signs = usages.some((one) => one === 'digital signature' || one === 'signing');
  const keyUsages = usages.filter((one) => !EXTENDED.has(one) && one !== 'any');
  if (signs || keyUsages.length === 0) return [];
  return [
    found('KEY_USAGE', place, 'its usages are without "digital signature", which TLS 1.3 makes', {
      severity: 'warning',
      clause: 'RFC 8446 §4.4.2.2',
      evidence: [{ field: 'usages', value: usages.join(', ') }],
      mend: 'add "digital signature"',
    }),
  ];
}

/** No purpose at all means every one; some mean no other. */
function purposeAdvice(
  { dns, ip, uri }: WantedNames,
  usages: readonly string[],
  place: string,
): readonly MeshFinding[] {
  const purposes = usages.filter((one) => EXTENDED.has(one) || one === 'any');
  if (purposes.length === 0 || purposes.includes('any')) return [];
  const spiffe = uri.some((one) => one.startsWith('spiffe://'));
  const serves = dns.length + ip.length > 0;
  const missing = [
    ...((serves || spiffe) && !purposes.includes(SERVER)
      ? [[SERVER, serves ? 'it has names of a server' : 'a SPIFFE ID serves too'] as const]
      : []),
    ...((!serves || spiffe) && !purposes.includes(CLIENT)
      ? [[CLIENT, spiffe ? 'a SPIFFE ID calls too' : 'it has no name of a server'] as const]
      : []),
  ];
  return missing.map(([purpose, why]) =>
    found('EXTENDED_KEY_USAGE', place, `${why}, and its usages are without "${purpose}"`, {
      severity: 'warning',
      clause: spiffe ? 'X509-SVID §4.4' : 'RFC 5280 §4.2.1.12',
      evidence: [{ field: 'usages', value: usages.join(', ') }],
      mend: `add "${purpose}", so that peers take it for what it is`,
    }),
  );
}

function nameAdvice(
  { commonName, dns, ip, uri, email }: WantedNames,
  usages: readonly string[],
  place: string,
): readonly MeshFinding[] {
  const asServer = !usages.includes(CLIENT) || usages.includes(SERVER);
  const bare = dns.length + ip.length + uri.length + email.length === 0;
  return [
    ...(bare && commonName !== '' && asServer
      ? [
          found('NO_NAMES', place, 'it has a commonName alone, by which no client knows a server', {
            severity: 'warning',
            clause: 'RFC 9110 §4.3.4',
            mend: 'write the name under dnsNames too',
          }),
        ]
      : []),
    ...dns
      .filter((one) => parseIp(one) !== undefined)
      .map((one) =>
        found('BAD_NAME', place, `the address ${quoteForeign(one)} stands under dnsNames`, {
          severity: 'warning',
          mend: 'write it under ipAddresses: clients look for it there',
        }),
      ),
    ...uri
      .filter(
        (one) =>
          /^spiffe:/i.test(one) &&
          !passes(() => {
            parseSpiffeId(one);
          }),
      )
      .map((one) =>
        found('BAD_SPIFFE_ID', place, `${quoteForeign(one)} is no SPIFFE ID`, {
          severity: 'warning',
          mend: 'write spiffe://<trust domain in small letters>/<path>',
        }),
      ),
  ];
}

/** Usages of a leaf bind all that the CA then signs. */
function caAdvice(spec: Mapping, place: string): readonly MeshFinding[] {
  const purposes = textsAt(spec, 'usages').filter((one) => EXTENDED.has(one));
  if (purposes.length === 0) return [];
  return [
    found(
      'CA_PURPOSES',
      place,
      `it asks for a CA with ${purposes.map((one) => `"${one}"`).join(', ')}: what that signs is good for nothing else`,
      {
        severity: 'warning',
        clause: 'RFC 5280 §4.2.1.12',
        mend: 'leave "cert sign", "crl sign" and "digital signature" among its usages',
      },
    ),
  ];
}

function renewalAdvice(spec: Mapping, place: string): readonly MeshFinding[] {
  const duration = durationOf(spec);
  const before = renewalOf(spec, duration);
  if (mappingAt(spec, 'renewal')['policy'] === 'Disabled')
    return [
      found('EXPIRES_SOON', place, 'its renewal is disabled: it ends, and nothing follows', {
        severity: 'warning',
        mend: 'leave renewal out',
      }),
    ];
  if (before >= LEAST_RENEWAL) return [];
  return [
    found(
      'EXPIRES_SOON',
      place,
      `it is renewed ${formatDuration(Number(before / MILLISECOND))} before it ends, which leaves no time to try again`,
      { severity: 'warning', mend: 'write a renewBefore of a third of its duration' },
    ),
  ];
}

function rotationAdvice(spec: Mapping, place: string): readonly MeshFinding[] {
  if (textAt(mappingAt(spec, 'privateKey'), 'rotationPolicy') !== undefined) return [];
  return [
    found(
      'MESH_UNSAID',
      place,
      'it says no privateKey.rotationPolicy: before cert-manager 1.18 its key stays, since then each certificate has a new one',
      { severity: 'info', mend: 'write rotationPolicy: Always' },
    ),
  ];
}

/** cert-manager signs beyond the end of its CA, and below one that leaves no room. */
function issuerAdvice(certificate: Resource, stream: Stream, at: Date): readonly MeshFinding[] {
  const { place } = certificate;
  const spec = specOf(certificate);
  const issuer = issuerOf(certificate, stream);
  const set = issuer && setOf(secretOf(issuer, stream), stream);
  const chain = set ? caChain(set.files) : [];
  const [ca] = chain;
  if (!issuer || !ca) return [];
  const first = chain.reduce((one, other) => (other.notAfter < one.notAfter ? other : one));
  const left = BigInt(first.notAfter.getTime() - at.getTime()) * MILLISECOND;
  return [
    ...(left > 0n && durationOf(spec) > left
      ? [
          found(
            'OUTLIVES_ISSUER',
            place,
            `it is to live for ${formatDuration(Number(durationOf(spec) / MILLISECOND))}, and ${quoteForeign(certificateTitle(first))}, by which ${quoteForeign(issuer.title)} signs, ends before`,
            {
              severity: 'warning',
              evidence: [{ field: 'not after', value: formatTime(first.notAfter) }],
              mend: 'change the CA before, root first, or write a shorter duration',
            },
          ),
        ]
      : []),
    ...(spec['isCA'] === true && ca.basicConstraints?.pathLength === 0
      ? [
          found(
            'PATH_LENGTH_EXCEEDED',
            place,
            `it asks for a CA, and ${quoteForeign(certificateTitle(ca))} allows none below it: what that signs is refused`,
            { clause: 'RFC 5280 §4.2.1.9', mend: 'sign with a CA of a greater path length' },
          ),
        ]
      : []),
  ];
}
