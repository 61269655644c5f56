// What to do about a fault that `verify` found; the fault says why, this says how to mend it.
import { FAULTS } from '../diagnose/catalogue.ts';
import { formatIp } from '../name/ip.ts';
import type { FaultCode, PathFault } from '../verify/fault.ts';
import type { Identity } from '../verify/types.ts';
import { shellLine } from './render/shell.ts';

/** Faults of a leaf that another certificate mends. */
const ISSUED_ANEW: Readonly<Partial<Record<FaultCode, string>>> = {
  REVOKED: 'issue another',
  HOST_MISMATCH: 'issue one that carries the name',
  NO_NAMES: 'issue one with alternative names',
};

/** More names than this make no line to paste. */
const MAX_NAMES = 4;

/** `mtls issue` for the names that a certificate has and those that are missed; undefined for none. */
function issueLine(fault: PathFault, wanted: readonly Identity[]): string | undefined {
  const had = (fault.certificate?.names ?? []).flatMap((name) => {
    if (name.kind === 'ip') return formatIp(name.value);
    return name.kind === 'dns' || name.kind === 'email' || name.kind === 'uri' ? name.value : [];
  });
  const missed = wanted.filter(({ kind }) => kind !== 'trustDomain').map(({ value }) => value);
  const all = [...new Set([...had, ...missed])];
  const names = all.length > MAX_NAMES ? missed : all;
  return names.length === 0 ? undefined : shellLine(['mtls', 'issue', ...names]);
}

/** The hint for a fault; of a CA on the path, what is said of leaves would lead astray. */
export function remedyOf(
  fault: PathFault | undefined,
  wanted: readonly Identity[],
): string | undefined {
  if (fault === undefined) return undefined;
  const { remedy, remedyOfCa } = FAULTS[fault.code];
  if (fault.position > 0) return remedyOfCa ?? remedy;
  const anew = ISSUED_ANEW[fault.code];
  const line = anew === undefined ? undefined : issueLine(fault, wanted);
  return anew !== undefined && line !== undefined ? `${anew}: ${line}` : remedy;
}
