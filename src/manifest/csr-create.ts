// A new CertificateSigningRequest. Import this module on demand: YAML is heavy.
import { toBase64, toUtf8 } from '../base/bytes.ts';
import { MtlsError } from '../base/errors.ts';
import { encodePem } from '../codec/pem.ts';
import { inferProfile } from '../profile/names.ts';
import type { CertificationRequest } from '../x509/csr.ts';
import { LONGEST_EXPIRATION, SHORTEST_EXPIRATION } from './csr-object.ts';
import { checkSigner } from './csr-signers.ts';
import { usagesOf, type Usage } from './csr-usages.ts';
import { metaOf, type ObjectMeta } from './kubernetes.ts';
import { renderManifest, type GivenTemplate } from './render.ts';
import { checkSignerName } from './signer-name.ts';

export interface NewCsr extends Omit<ObjectMeta, 'namespace'> {
  readonly request: CertificationRequest;
  readonly signerName: string;
  /** Empty: what the signer wants, else what the names ask for. */
  readonly usages: readonly Usage[];
  /** Milliseconds. */
  readonly expiration?: number | undefined;
}

export interface MadeCsr {
  readonly yaml: string;
  readonly usages: readonly Usage[];
  readonly expirationSeconds: number | undefined;
}

/**
 * Writes it in YAML, held to the rules of its signer where they are known.
 *
 * @throws MtlsError BAD_NAME, BAD_OPTION, BAD_DURATION, CSR_REFUSED
 */
export function newCsr(wanted: NewCsr, template?: GivenTemplate): MadeCsr {
  const { request, signerName, expiration } = wanted;
  checkSignerName(signerName);
  const usages = wanted.usages.length > 0 ? wanted.usages : defaultUsages(signerName, request);
  checkSigner(signerName, { ...request, usages });
  const expirationSeconds = expiration === undefined ? undefined : secondsOf(expiration);
  const yaml = renderManifest(
    'kubernetes/csr.yaml',
    {
      ...metaOf(wanted),
      request: toBase64(toUtf8(encodePem('CERTIFICATE REQUEST', request.der))),
      signerName,
      expirationSeconds,
      usages,
    },
    template,
  );
  return { yaml, usages, expirationSeconds };
}

function defaultUsages(signerName: string, { names, publicKey }: CertificationRequest) {
  if (signerName.startsWith('kubernetes.io/kube-apiserver-client'))
    return usagesOf('client', publicKey);
  if (signerName === 'kubernetes.io/kubelet-serving') return usagesOf('server', publicKey);
  return usagesOf(inferProfile(names), publicKey);
}

function secondsOf(expiration: number): number {
  const seconds = Math.floor(expiration / 1000);
  if (seconds >= SHORTEST_EXPIRATION && seconds <= LONGEST_EXPIRATION) return seconds;
  throw new MtlsError('BAD_DURATION', `Kubernetes takes no request for ${seconds} seconds`, {
    hint: `at least ${SHORTEST_EXPIRATION}, which is 10m, and at most ${LONGEST_EXPIRATION}`,
  });
}
