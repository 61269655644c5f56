// What people call a certificate.
import { formatDn } from '../name/dn.ts';
import { formatGeneralName } from '../name/san.ts';
import type { Certificate } from './certificate.ts';

/** Its subject; where that is empty, as in an X509-SVID, its first name. */
export function certificateTitle({
  subject,
  names,
}: Pick<Certificate, 'subject' | 'names'>): string {
  if (subject.rdns.length > 0) return formatDn(subject);
  const [first] = names;
  return first === undefined ? 'nameless' : formatGeneralName(first);
}
