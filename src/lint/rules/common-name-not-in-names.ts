import { COMMON_NAME } from '../../name/attributes.ts';
import { formatIp, parseIp } from '../../name/ip.ts';
import { anew } from '../remedies.ts';
import { offenders, type LintRule } from '../rule.ts';

const HOST = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/i;

// A common name that is a host is a copy of one of the names.
export const commonNameNotInNames: LintRule = {
  id: 'common-name-not-in-names',
  profile: 'mtls',
  severity: 'warning',
  citation: 'TLS BR 7.1.4.3',
  what: 'a common name that is a host is one of the alternative names too',
  remedy: anew('issue one that carries this name among its alternative names'),
  check: (subject) => {
    if (!subject.mayServe || !subject.extension('subjectAltName')) return undefined;
    const named = new Set(
      subject.subjectNames.map(({ kind, text, content }) =>
        kind === 'ip' ? formatIp(content) : text.toLowerCase(),
      ),
    );
    return offenders(
      'its common name is a host that none of its alternative names is, so that host never matches',
      'subject: CN',
      subject
        .subjectTexts(COMMON_NAME)
        .filter((name) => HOST.test(name) || parseIp(name) !== undefined)
        .filter((name) => !named.has(name.toLowerCase())),
    );
  },
};
