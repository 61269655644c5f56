import { bytesEqual } from '../../base/bytes.ts';
import { ANEW } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';
import { formatIp } from '../../name/ip.ts';

export const altNameDuplicate: LintRule = {
  id: 'alt-name-duplicate',
  profile: 'mtls',
  severity: 'info',
  citation: 'RFC 5280 §4.2.1.6',
  what: 'no alternative name stands twice',
  remedy: ANEW,
  check: ({ subjectNames }) => {
    // Hostile lists are long: by text, not each with each
    const seen = new Map<string, Uint8Array>();
    const twice: string[] = [];
    for (const { kind, text, content } of subjectNames) {
      const key = `${kind} ${kind === 'dns' ? text.toLowerCase() : text}`;
      const before = seen.get(key);
      if (before && (kind === 'dns' || bytesEqual(before, content)))
        twice.push(kind === 'ip' ? formatIp(content) : kind === 'dirName' ? 'dirName' : text);
      seen.set(key, content);
    }
    return offenders('an alternative name stands twice', 'subjectAltName', twice);
  },
};
