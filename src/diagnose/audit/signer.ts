// The CA's key where it is elsewhere: shown to be there by a signature.
import { MtlsError, type ErrorCode } from '../../base/errors.ts';
import { concatBytes, toUtf8 } from '../../base/bytes.ts';
import { randomBytes } from '../../crypto/random.ts';
import type { Signer } from '../../crypto/sign.ts';
import { bySeverity } from '../finding.ts';
import type { CaAudit } from './audit.ts';
import { Findings } from './scene.ts';

/**
 * What stands before a challenge under its signature: the same key signs certificates and CRLs,
 * whose first octet is 0x30, and heads, which begin with another text.
 */
const DOMAIN = toUtf8('mtls signer check 1\n');

/** What keeps a signer from answering, and is worth no more than a finding. */
const SILENT: ReadonlySet<ErrorCode> = new Set([
  'SIGNER_FAILED',
  'SIGNER_WRONG',
  'HOME_UNSAFE',
  'PASSPHRASE_WRONG',
  'KEY_UNSUPPORTED',
]);

/**
 * An audit of a CA whose key is elsewhere, with what its signer showed.
 *
 * @param reach opens the signer under the CA's certificate
 */
export async function auditSigner(
  audit: CaAudit,
  path: string,
  reach: () => Promise<Signer>,
): Promise<CaAudit> {
  const findings = new Findings();
  try {
    const signer = await reach();
    await signer.sign(concatBytes([DOMAIN, randomBytes(32)]));
    return { ...audit, key: 'fits' };
  } catch (error) {
    if (!(error instanceof MtlsError)) throw error;
    const waits = error.code === 'PASSPHRASE_NEEDED';
    if (waits) {
      const cause = `${error.message}: its signer was not held against ca.crt`;
      findings.add({ code: 'CA_KEY_CLOSED', severity: 'info', path, cause });
    } else if (SILENT.has(error.code))
      findings.add({ code: 'CA_SIGNER_FAILED', path, cause: error.message });
    else throw error;
    const found = findings.list();
    return {
      ...audit,
      key: waits ? 'closed' : error.code === 'SIGNER_WRONG' ? 'wrong' : 'silent',
      ok: audit.ok && found.every(({ severity }) => severity === 'info'),
      findings: [...audit.findings, ...found].sort(bySeverity),
    };
  }
}
