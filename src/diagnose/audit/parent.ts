// The CA above: it issued this one, has it on record, and has not revoked it.
import { MtlsError } from '../../base/errors.ts';
import { quoteForeign } from '../../base/text.ts';
import { openCaStore } from '../../store/ca-store.ts';
import { caNameOk } from '../../store/layout.ts';
import { serialText } from '../../store/records.ts';
import type { CaInfo, CaStore } from '../../store/types.ts';
import type { Certificate } from '../../x509/certificate.ts';
import { hasSigned } from '../home-ca.ts';
import type { Findings, Scene } from './scene.ts';

/** A parent that is not in the home, or is damaged itself, is no matter of this CA. */
export function checkParent(
  scene: Scene,
  { parent }: CaInfo,
  certificate: Certificate,
  findings: Findings,
): void {
  if (parent === undefined) return;
  const { paths, naming } = scene;
  const store = openParent(scene, parent);
  if (store === undefined) return;
  if (!hasSigned(store.certificate, certificate)) {
    findings.add({
      code: 'CA_INFO',
      path: paths.info,
      cause: `it names ${quoteForeign(parent)} as the CA above, which did not issue this one`,
      evidence: [{ source: paths.info, field: 'parent', value: parent }],
    });
    return;
  }
  const serial = serialText(certificate.serial);
  const record = readable(() => store.find(serial));
  const evidence = [{ source: store.paths.journal, field: 'serial number', value: serial }];
  if (record === undefined)
    findings.add({
      code: 'CA_NOT_RECORDED',
      path: paths.certificate,
      cause: `CA ${quoteForeign(parent)} signed it, and has no record of it`,
      evidence,
      commands: [['mtls', 'ca', 'audit', parent, ...naming]],
    });
  else if (record !== 'unreadable' && record.revoked)
    findings.add({
      code: 'CA_REVOKED',
      path: paths.certificate,
      cause: `CA ${quoteForeign(parent)} has revoked it`,
      evidence,
    });
}

function openParent({ home, now }: Scene, parent: string): CaStore | undefined {
  if (!caNameOk(parent)) return undefined;
  const store = readable(() => openCaStore(home, parent, { clock: () => now }));
  return store === 'unreadable' ? undefined : store;
}

function readable<T>(read: () => T): T | 'unreadable' {
  try {
    return read();
  } catch (error) {
    if (error instanceof MtlsError && error.code !== 'INTERNAL') return 'unreadable';
    throw error;
  }
}
