// Names of signers by the API server's rules: a domain and a path, `example.org/workloads`.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';

const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
/** One of the path's, which may be a whole object's name. */
const PATH_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,251}[a-z0-9])?$/;
const MAX_DOMAIN = 253;
/** A domain, a namespace and an object's name, with `/` and `.` between them. */
const MAX_SIGNER = 571;

/** Refuses what the API server would (apis/core/validation, ValidateSignerName). Throws BAD_OPTION. */
export function checkSignerName(name: string): void {
  const [domain = '', path = '', ...more] = name.slice(0, MAX_SIGNER + 1).split('/');
  const labels = domain.split('.');
  const fits =
    more.length === 0 &&
    name.length <= MAX_SIGNER &&
    domain.length <= MAX_DOMAIN &&
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label)) &&
    path.split('.').every((label) => PATH_LABEL.test(label));
  if (fits) return;
  throw new MtlsError('BAD_OPTION', `${quoteForeign(name)} is no name of a signer`, {
    hint: 'write a domain with a dot and a path: example.org/workloads',
  });
}
