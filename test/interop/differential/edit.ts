// Certificates with parts that no writer of ours writes, signed again by their issuer.
import { bitString, sequence } from '../../../src/asn1/writer.ts';
import { signerOf } from '../../../src/crypto/sign.ts';
import { editTbs, type TbsFields } from '../../../src/testing/tbs-fields.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import type { Holder } from '../../support/graph.ts';
import type { Chain } from './plan.ts';

export const NOTHING = new Uint8Array();

/** The leaf of a chain with other fields, signed again. */
export async function editLeaf(chain: Chain, edit: (fields: TbsFields) => void): Promise<void> {
  chain.leaf = await edited(chain.leaf, chain.cas.at(-1) ?? chain.root, edit);
}

/** The lowest CA of a chain with other fields, signed again. */
export async function editIssuer(chain: Chain, edit: (fields: TbsFields) => void): Promise<void> {
  const old = chain.cas.at(-1);
  if (!old) throw new Error('the chain has no CA below its root');
  const changed = await edited(old, chain.cas.at(-2) ?? chain.root, edit);
  chain.untrusted = chain.untrusted.map((one) => (one === old ? changed : one));
  chain.cas = [...chain.cas.slice(0, -1), changed];
}

async function edited(
  holder: Holder,
  by: Holder,
  edit: (fields: TbsFields) => void,
): Promise<Holder> {
  const tbs = editTbs(holder.certificate.tbs, edit);
  const signer = signerOf(by.key);
  const signature = await Promise.resolve(signer.sign(tbs));
  return replaced(holder, sequence(tbs, signer.algorithm.identifier, bitString(signature)));
}

/** The holder with other bytes, which may be no certificate at all any more. */
export function replaced(holder: Holder, der: Uint8Array): Holder {
  try {
    return { ...holder, certificate: parseCertificate(der) };
  } catch {
    const certificate = { ...holder.certificate, der } as unknown as Holder['certificate'];
    return { ...holder, certificate };
  }
}
