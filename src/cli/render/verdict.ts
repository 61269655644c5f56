// The answer of `verify`: the verdict first, then the path, then what else was tried.
import { escapeControl, quoteForeign } from '../../base/text.ts';
import { verdictInfo, type Origins, type Question } from '../../library/info/verdict.ts';
import { compareFaults, type PathFault } from '../../verify/fault.ts';
import type { PathAttempt, VerifyResult } from '../../verify/types.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { certificateTitle } from '../../x509/title.ts';
import type { Style } from '../style.ts';
import { renderBlock, type BlockRow } from './block.ts';
import type { Cell } from './cell.ts';
import { originNamer } from './origin.ts';
import { formatTimeFrom } from './time.ts';

export interface Verdict {
  readonly result: VerifyResult;
  readonly leaf: Certificate;
  /** Where certificates came from, as far as that is known. */
  readonly origins: Origins;
  readonly question: Question;
  readonly hint: string | undefined;
  readonly now: Date;
}

/** For people. */
export function verdictText(verdict: Verdict, style: Style): string {
  return verdict.result.ok ? goodText(verdict, style) : badText(verdict, style);
}

function goodText(verdict: Verdict, style: Style): string {
  const { result, leaf } = verdict;
  const { path } = result;
  const anchor = path?.anchor.certificate;
  const line = placeLines(verdict);
  const rows: BlockRow[] = [
    ...(path?.certificates ?? []).map((certificate, position): BlockRow => [
      position === 0 ? 'certificate' : 'issued by',
      line(certificate),
    ]),
    ['trusted CA', anchor === undefined ? [] : line(anchor)],
    ['checked', askedLines(verdict)],
  ];
  const headline = `${style.paint('good', 'valid:')} ${quoteForeign(certificateTitle(leaf))}`;
  return `${headline}\n${renderBlock(rows, { style, indent: 2 })}`;
}

function askedLines({ question, now }: Verdict): readonly string[] {
  const { at, purpose, identities, crls } = question;
  return [
    `at ${formatTimeFrom(at, now)}`,
    purpose === 'any' ? 'for any purpose' : `as a TLS ${purpose}`,
    ...identities.map(({ kind, value }) =>
      kind === 'trustDomain'
        ? `as a member of ${quoteForeign(value)}`
        : `as ${quoteForeign(value)}`,
    ),
    crls === 0
      ? 'without revocation lists'
      : `against ${crls} revocation list${crls === 1 ? '' : 's'}`,
  ];
}

/** `CN=api, until …, in api.crt` */
function placeLines({ origins, now }: Verdict): (certificate: Certificate) => string {
  const placeOf = originNamer(origins.values());
  return (certificate) => {
    const origin = origins.get(certificate);
    const place = origin === undefined ? '' : `, in ${placeOf(origin)}`;
    return `${certificateTitle(certificate)}, until ${formatTimeFrom(certificate.notAfter, now)}${place}`;
  };
}

function badText(verdict: Verdict, style: Style): string {
  const { result, leaf, origins } = verdict;
  const { fault, attempts } = result;
  const [best, ...others] = attempts;
  const at = fault?.certificate;
  const origin = at && origins.get(at);
  const message = fault?.message ?? `nothing is known of ${quoteForeign(certificateTitle(leaf))}`;
  const code = style.paint('faint', `[${fault?.code ?? 'ISSUER_NOT_FOUND'}]`);
  const rows: BlockRow[] = [
    ['rule', fault?.clause ?? []],
    ['found in', origin === undefined ? [] : originNamer(origins.values())(origin)],
    ['path', best === undefined ? [] : pathLines(best)],
    ['also', best === undefined ? [] : furtherFaults(best, fault).map((other) => other.message)],
    ['checked', askedLines(verdict)],
    ...others.map((attempt): BlockRow => ['also tried', pathLines(attempt)]),
  ];
  const headline = `${style.paint('bad', 'not valid:')} ${escapeControl(message)} ${code}`;
  return `${headline}\n${renderBlock(rows, { style, indent: 2 })}`;
}

/** Each certificate of an attempt, and what is wrong with it. */
function pathLines({ certificates, anchor, faults }: PathAttempt): readonly Cell[] {
  const lines = certificates.map((certificate, position) =>
    pathLine(certificateTitle(certificate), faultAt(faults, position)),
  );
  if (anchor?.certificate !== undefined)
    lines.push(
      pathLine(
        `${certificateTitle(anchor.certificate)} (trusted)`,
        faultAt(faults, certificates.length),
      ),
    );
  return lines;
}

function faultAt(faults: readonly PathFault[], position: number): PathFault | undefined {
  return faults.filter((fault) => fault.position === position).sort(compareFaults)[0];
}

function pathLine(title: string, fault: PathFault | undefined): Cell {
  return fault === undefined ? title : { text: `${title}: ${fault.code}`, tone: 'bad' };
}

function furtherFaults({ faults }: PathAttempt, shown: PathFault | undefined): PathFault[] {
  return faults.filter((fault) => fault !== shown && fault.message !== shown?.message);
}

/** For programs: `path` is empty and `fault` is there when the verdict is bad. */
export function verdictJson(verdict: Verdict): Readonly<Record<string, unknown>> {
  const { result, origins, question, hint } = verdict;
  const { path, fault, attempts } = verdictInfo(result, origins);
  return {
    path,
    fault: fault === null ? null : { ...fault, hint: hint ?? null },
    attempts,
    checked: question,
  };
}
