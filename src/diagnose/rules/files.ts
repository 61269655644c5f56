// Files and Secrets themselves: what cannot be read, how it is written, and of what type it is.
import { MtlsError } from '../../base/errors.ts';
import { hideKeys, quoteForeign } from '../../base/text.ts';
import type { PemFlaw, PemFlawKind } from '../../codec/pem-form.ts';
import type { Document } from '../document.ts';
import { DEPTH, type Draft } from '../draft.ts';
import type { Severity } from '../finding.ts';
import type { Bench } from '../judge.ts';
import type { CertificateNode, Pile } from '../pile.ts';
import { isNamedPem } from '../roles.ts';

export function fileDrafts({ pile }: Bench): readonly Draft[] {
  return pile.documents.flatMap((document) => [
    ...troubleDrafts(document),
    ...formDrafts(document),
    ...binaryDrafts(document, pile),
    ...twiceDrafts(document),
    ...typeDrafts(document, pile),
    ...sizeDrafts(document),
  ]);
}

function troubleDrafts(document: Document): readonly Draft[] {
  return document.troubles.map((trouble) => ({
    code: trouble.code,
    severity: 'error',
    subject: document.place,
    cause: withoutPlace(trouble, document),
    evidence: [],
    hint: trouble.hint,
    about: trouble,
    depth: DEPTH.unreadable,
  }));
}

/** The subject says where already. */
function withoutPlace({ message }: MtlsError, { place }: Document): string {
  if (!message.startsWith(place)) return message;
  const rest = message.slice(place.length);
  if (rest.startsWith(' ')) return `it${rest}`;
  const block = /^(?:, block \d+(?: \(line \d+\))?)?: /.exec(rest);
  return block ? rest.slice(block[0].length) : message;
}

const FORMS: Readonly<Record<PemFlawKind, string>> = {
  'utf-16': 'the text is UTF-16, as PowerShell’s > writes it',
  bom: 'a byte order mark stands in front of the text',
  cr: 'its lines end in CR alone',
  crlf: 'its lines end in CR LF',
  'blank-line': 'an empty line stands inside of a block',
  indented: 'its lines are indented',
  joined: 'one block begins on the line on which another ends',
  trailing: 'something stands behind the last block',
};

/** What some program cannot read is an error; where all but one do, it is worth knowing. */
function severityOf({ kind, breaks }: PemFlaw, { object }: Document): Severity {
  // Only Linkerd stumbles over it
  if (kind === 'trailing') return object?.name?.startsWith('linkerd-') ? 'error' : 'info';
  return breaks.length > 0 ? 'error' : 'warning';
}

function formDrafts(document: Document): readonly Draft[] {
  // Standing in a text that cannot be read anyway, it is told with that
  if (document.troubles.length > 0) return [];
  // Who signs a request reads any form of it
  if (document.parts.every(({ kind }) => kind === 'request')) return [];
  const [encoding] = document.flaws.filter(({ kind }) => kind === 'utf-16');
  const flaws = encoding ? [encoding] : document.flaws;
  return flaws.map((flaw) => ({
    code: 'PEM_FORM',
    severity: severityOf(flaw, document),
    subject: document.place,
    cause: `${FORMS[flaw.kind]} (line ${flaw.line}): ${breaksText(flaw)}`,
    clause: 'RFC 7468 §2',
    evidence: [{ source: document.place, field: 'line', value: String(flaw.line) }],
    about: `${document.place} ${flaw.kind}`,
    depth: DEPTH.unreadable,
  }));
}

/** DER where programs read PEM alone: by the name, or beside a key in PEM. */
function binaryDrafts(document: Document, pile: Pile): readonly Draft[] {
  if (!document.binary) return [];
  // Pods, ingress controllers and gateways read the values of a Secret as PEM
  const named = isNamedPem(document) || document.object !== undefined;
  const besideText =
    /\.(?:crt|cert)$/i.test(document.name) &&
    pile
      .certificatesIn(document)
      .some(({ certificate }) =>
        pile.withKey(certificate.publicKey).keys.some((key) => !key.document.binary),
      );
  if (!named && !besideText) return [];
  return [
    {
      code: 'PEM_FORM',
      severity: named ? 'error' : 'warning',
      subject: document.place,
      cause: `it is DER, ${named ? 'where PEM belongs' : 'and its key is PEM'}: nginx, HAProxy, Node and Go load PEM`,
      clause: 'RFC 7468 §2',
      evidence: [{ source: document.place, field: 'holds', value: 'DER' }],
      about: `${document.place} binary`,
      depth: DEPTH.unreadable,
    },
  ];
}

function breaksText({ breaks }: PemFlaw): string {
  return breaks.length === 0
    ? 'some programs refuse it, and checksums differ'
    : `${breaks.join(', ')} cannot read it`;
}

function twiceDrafts(document: Document): readonly Draft[] {
  if (!document.encodedTwice || document.object === undefined) return [];
  return [
    {
      code: 'SECRET_ENCODED_TWICE',
      severity: 'error',
      subject: document.place,
      cause: `its value is base64 of base64: pods would find base64 where PEM belongs`,
      evidence: [{ source: document.place, field: 'holds', value: 'base64 around base64' }],
      about: document,
      depth: DEPTH.manifest,
    },
  ];
}

const TLS_TYPE = 'kubernetes.io/tls';

function typeDrafts(document: Document, pile: Pile): readonly Draft[] {
  const { object } = document;
  if (object?.kind !== 'Secret') return [];
  const of = (cause: string, severity: Severity, leaf?: CertificateNode): readonly Draft[] => [
    {
      code: 'SECRET_TYPE',
      severity,
      subject: document.place.replace(/: [^:]*$/, ''),
      cause,
      evidence: [
        { source: document.place, field: 'type', value: object.type ?? 'Opaque' },
        { source: document.place, field: 'keys', value: hideKeys(object.keys.join(', ')) },
      ],
      about: `${document.container} type`,
      leaf,
      depth: DEPTH.manifest,
    },
  ];
  const missing = ['tls.crt', 'tls.key'].filter((key) => !object.keys.includes(key));
  if (object.type === TLS_TYPE)
    return missing.length === 0
      ? valueDrafts(document, pile)
      : of(
          `a Secret of type ${TLS_TYPE} needs ${missing.join(' and ')}: Kubernetes refuses it`,
          'error',
          pile.certificatesIn(document).find(({ isIssuer }) => !isIssuer),
        );
  if (missing.length > 0 || document.name !== 'tls.crt') return [];
  if (pile.certificatesIn(document).every(({ isIssuer }) => isIssuer)) return [];
  return of(
    `it holds tls.crt and tls.key, and its type is ${quoteForeign(object.type ?? 'Opaque')}: ingress controllers and gateways look for ${TLS_TYPE}`,
    'warning',
  );
}

const TLS_VALUES = { 'tls.crt': 'certificate', 'tls.key': 'private key' };

/** The API server asks for both keys, and looks at neither: whoever mounts them fails. */
function valueDrafts(document: Document, pile: Pile): readonly Draft[] {
  const { name, place, parts, troubles, encodedTwice, container } = document;
  const wanted = Object.entries(TLS_VALUES).find(([key]) => key === name)?.[1];
  // One that holds the wrong thing is told where swapped files are
  if (wanted === undefined || parts.length + troubles.length > 0 || encodedTwice) return [];
  const leaf = pile
    .besides(document)
    .flatMap(pile.certificatesIn)
    .find(({ isIssuer }) => !isIssuer);
  return [
    {
      code: leaf ? 'SECRET_TYPE' : 'NOT_RECOGNIZED',
      severity: 'error',
      subject: place,
      cause: `it holds no ${wanted}: a server or proxy that is given this Secret refuses it`,
      evidence: [{ source: place, field: 'type', value: TLS_TYPE }],
      about: `${container} ${name}`,
      leaf,
      depth: DEPTH.manifest,
    },
  ];
}

/** Of all values together, before base64 (MaxSecretSize of the API server). */
const MAX_SIZE = 1024 * 1024;

/** Told once for an object, and before it is too late. */
function sizeDrafts({ object, name, place, container }: Document): readonly Draft[] {
  if (object?.keys[0] !== name || object.size < 0.9 * MAX_SIZE) return [];
  const over = object.size > MAX_SIZE;
  return [
    {
      code: 'SECRET_SIZE',
      severity: over ? 'error' : 'warning',
      subject: place.replace(/: [^:]*$/, ''),
      cause: `it holds ${object.size} bytes, and Kubernetes takes ${MAX_SIZE} in an object${over ? '' : ': little room is left'}`,
      evidence: [{ source: place, field: 'bytes', value: String(object.size) }],
      about: `${container} size`,
      depth: DEPTH.manifest,
    },
  ];
}
