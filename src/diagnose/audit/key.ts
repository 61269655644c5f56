// The CA's key, held against its certificate.
import { MtlsError, type ErrorCode } from '../../base/errors.ts';
import { keyState, loadCaKey } from '../../store/keyring.ts';
import type { CaPaths } from '../../store/layout.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { withoutPath } from './files.ts';
import type { AuditFindingCode, Findings, Scene } from './scene.ts';

/** `fits` alone says that the key was opened and is the certificate's. */
export type KeyVerdict = 'fits' | 'closed' | 'missing' | 'wrong';

const CODES: Partial<Record<ErrorCode, AuditFindingCode>> = {
  HOME_UNSAFE: 'KEY_MODE',
  KEY_MISMATCH: 'KEY_MISMATCH',
  STORE_CORRUPT: 'CA_FILE_DAMAGED',
  KEY_UNSUPPORTED: 'CA_FILE_DAMAGED',
};

/** Opens the key where it has no passphrase, or one that was given. Throws PASSPHRASE_WRONG. */
export function checkKey(
  { paths, passphrase, insists }: Scene,
  certificate: Certificate,
  findings: Findings,
): KeyVerdict {
  try {
    const state = keyState(paths.key);
    if (state === 'missing') return state;
    if (state === 'encrypted' && passphrase?.() === undefined)
      return closed(paths, 'it is encrypted, and no passphrase was given', findings);
    loadCaKey(paths.key, certificate.publicKey, passphrase);
    return 'fits';
  } catch (error) {
    if (error instanceof MtlsError && error.code === 'PASSPHRASE_WRONG' && !insists)
      return closed(paths, 'the passphrase that was given does not open it', findings);
    const code = error instanceof MtlsError ? CODES[error.code] : undefined;
    if (!(error instanceof MtlsError) || code === undefined) throw error;
    findings.add({
      code,
      path: paths.key,
      cause: withoutPath(error.message, paths.key),
      ...(code === 'KEY_MODE' && { commands: [['chmod', '600', paths.key]] }),
    });
    return 'wrong';
  }
}

function closed(paths: CaPaths, why: string, findings: Findings): 'closed' {
  findings.add({
    code: 'CA_KEY_CLOSED',
    severity: 'info',
    path: paths.key,
    cause: `${why}: it was not held against ca.crt`,
  });
  return 'closed';
}
