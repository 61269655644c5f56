// Time: what ends soon, lists that are stale, and a clock that is wrong.
import { DAY, formatTime, HOUR, MINUTE } from '../../base/clock.ts';
import { quoteForeign } from '../../base/text.ts';
import { formatDn } from '../../name/dn.ts';
import { formatDuration } from '../../profile/duration.ts';
import { isSelfIssued, nameKey, sameName } from '../../verify/names.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import { DEPTH, type Draft } from '../draft.ts';
import { placeOf } from '../evidence.ts';
import type { Bench } from '../judge.ts';
import type { CertificateNode, CrlNode, Pile } from '../pile.ts';

/** A month is time enough to act; of short lives, a third (cert-manager renews at two thirds). */
const SOON = 30 * DAY;

/** A certificate that still holds, and not for long. */
export function endingDrafts(node: CertificateNode, { pile, settings }: Bench): readonly Draft[] {
  const { certificate } = node;
  const { notBefore, notAfter } = certificate;
  const left = notAfter.getTime() - settings.at.getTime();
  const span = notAfter.getTime() - notBefore.getTime();
  if (left < 0 || left > Math.min(SOON, span / 3) || renewed(node, pile, settings.at)) return [];
  const idle = node.isIssuer && !hasChildren(node, pile) && isSpare(node, pile, settings.at);
  const place = placeOf(node);
  return [
    {
      code: 'EXPIRES_SOON',
      severity: idle ? 'info' : 'warning',
      subject: place,
      cause: `${quoteForeign(certificateTitle(certificate))} expires in ${formatDuration(left > DAY ? left - (left % HOUR) : left)}`,
      evidence: [{ source: place, field: 'not after', value: formatTime(notAfter) }],
      about: certificate,
      depth: node.isIssuer ? DEPTH.intermediate : DEPTH.leaf,
    },
  ];
}

/** One CA among others that still hold, wherever it lies: what hangs on it is not here. */
export function isSpare({ certificate, places }: CertificateNode, pile: Pile, at: Date): boolean {
  return places.every(({ document }) =>
    pile
      .certificatesIn(document)
      .some(
        ({ certificate: other, isIssuer }) =>
          other !== certificate && isIssuer && other.notBefore <= at && at <= other.notAfter,
      ),
  );
}

const parents = new WeakMap<Pile, ReadonlySet<string>>();

function hasChildren({ certificate }: CertificateNode, pile: Pile): boolean {
  let named = parents.get(pile);
  if (!named) {
    const children = pile.certificates.filter(({ certificate: one }) => !isSelfIssued(one));
    parents.set(
      pile,
      (named = new Set(children.map(({ certificate: one }) => nameKey(one.issuerDer)))),
    );
  }
  return named.has(nameKey(certificate.subjectDer));
}

/** Another certificate for the same, which is valid and will be for longer: the old one is history. */
export function renewed({ certificate }: CertificateNode, pile: Pile, at: Date): boolean {
  const latest = latestOf(pile, at).get(holderKey(certificate));
  return latest !== undefined && latest > certificate.notAfter.getTime();
}

const known = new WeakMap<Pile, { at: number; latest: ReadonlyMap<string, number> }>();

/** Until when each holder has a certificate that holds now. */
function latestOf(pile: Pile, at: Date): ReadonlyMap<string, number> {
  const before = known.get(pile);
  if (before?.at === at.getTime()) return before.latest;
  const latest = new Map<string, number>();
  for (const { certificate } of pile.certificates) {
    const { notBefore, notAfter } = certificate;
    if (notBefore > at || notAfter < at) continue;
    const key = holderKey(certificate);
    latest.set(key, Math.max(latest.get(key) ?? 0, notAfter.getTime()));
  }
  known.set(pile, { at: at.getTime(), latest });
  return latest;
}

/** Subject and names: who it is. */
function holderKey({ subjectDer, names }: Certificate): string {
  return `${nameKey(subjectDer)} ${names
    .map((name) => JSON.stringify(name))
    .sort()
    .join()}`;
}

/** Lists past their next update: who obeys them believes nobody. */
export function crlDrafts({ pile, settings }: Bench): readonly Draft[] {
  return pile.crls.flatMap((node): Draft[] => {
    const { crl, document } = node;
    const due = crl.nextUpdate;
    if (!due || due >= settings.at || laterList(node, pile)) return [];
    return [
      {
        code: 'CRL_STALE',
        severity: 'error',
        subject: document.place,
        cause: `the revocation list of ${quoteForeign(formatDn(crl.issuer))} is stale: servers that obey it refuse every certificate of this CA`,
        clause: 'RFC 5280 §5.1.2.5',
        evidence: [
          { source: document.place, field: 'next update', value: formatTime(due) },
          { field: 'judged at', value: formatTime(settings.at) },
        ],
        about: crl,
        depth: DEPTH.revocation,
      },
    ];
  });
}

function laterList({ crl }: CrlNode, pile: Pile): boolean {
  return pile.crls.some(
    ({ crl: other }) =>
      other !== crl &&
      sameName(other.issuerDer, crl.issuerDer) &&
      other.thisUpdate > crl.thisUpdate,
  );
}

const TOLERANCE = 5 * MINUTE;

/**
 * A file that was written after now was not: this machine's clock is behind, and what seems not yet
 * valid is not to blame.
 */
export function clockDrafts(drafts: readonly Draft[], { pile, settings }: Bench): readonly Draft[] {
  const { clock } = settings;
  const early = drafts.filter(({ code }) => code === 'NOT_YET_VALID');
  if (!clock || early.length === 0) return drafts;
  const latest = pile.documents.reduce<(typeof pile.documents)[number] | undefined>(
    (last, one) => ((one.file?.modified ?? 0) > (last?.file?.modified ?? 0) ? one : last),
    undefined,
  );
  const written = latest?.file?.modified ?? 0;
  if (!latest || written - clock.getTime() < TOLERANCE) return drafts;
  const rest = drafts.filter((draft) => !early.includes(draft));
  return [
    {
      code: 'CLOCK_BEHIND',
      severity: 'error',
      subject: latest.place,
      cause: `the clock of this machine is behind, by ${formatDuration(written - clock.getTime())} at least: a file here was written later than now`,
      evidence: [
        { field: 'this machine’s clock', value: formatTime(clock) },
        { source: latest.place, field: 'written', value: formatTime(new Date(written)) },
      ],
      remedy: {
        text: 'set the clock, and have it kept',
        commands: [['timedatectl', 'set-ntp', 'true']],
      },
      about: 'clock',
      depth: DEPTH.clock,
      hits: early.map(({ subject, cause }) => ({ subject, cause })),
    },
    ...rest,
  ];
}
