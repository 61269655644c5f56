// What Kubernetes' own signers demand of a request, and whom nobody becomes by accident.
import { MtlsError } from '../base/errors.ts';
import { quoteForeign } from '../base/text.ts';
import { COMMON_NAME, ORGANIZATION } from '../name/attributes.ts';
import type { DistinguishedName } from '../name/dn.ts';
import type { GeneralName } from '../name/san.ts';
import type { Usage } from './csr-usages.ts';

/** What is judged: of a request, or of the certificate that is planned for it. */
export interface AskedFor {
  readonly subject: DistinguishedName;
  readonly names: readonly GeneralName[];
  readonly usages: readonly Usage[];
}

const NODES = 'system:nodes';
const NODE = 'system:node:';
const OWNED = /^(?:[a-z0-9-]+\.)*kubernetes\.io\//;

/**
 * Holds a request to the rules of its signer, where that is one of Kubernetes' own
 * (pkg/apis/certificates, helpers.go); other signers have rules of their own.
 *
 * @throws MtlsError CSR_REFUSED
 */
export function checkSigner(signer: string, asked: AskedFor): void {
  switch (signer) {
    case 'kubernetes.io/kube-apiserver-client':
      checkUsages(signer, asked, 'client auth', 'lenient');
      return;
    case 'kubernetes.io/kube-apiserver-client-kubelet':
      checkNode(signer, asked);
      if (asked.names.length > 0) throw refused(signer, 'takes no names beside the subject');
      checkUsages(signer, asked, 'client auth', 'strict');
      return;
    case 'kubernetes.io/kubelet-serving': {
      checkNode(signer, asked);
      const hosts = asked.names.filter(({ kind }) => kind === 'dns' || kind === 'ip');
      if (hosts.length === 0 || hosts.length < asked.names.length)
        throw refused(signer, 'wants DNS names or IP addresses, and no other names');
      checkUsages(signer, asked, 'server auth', 'strict');
      return;
    }
    case 'kubernetes.io/legacy-unknown':
      throw refused(signer, 'is not served by certificates.k8s.io/v1: it promises nothing');
    default:
      if (OWNED.test(signer))
        throw refused(signer, 'is Kubernetes’ own, and its rules are not known here');
  }
}

function checkNode(signer: string, { subject }: AskedFor): void {
  const organizations = valuesOf(subject, ORGANIZATION);
  if (organizations.length !== 1 || organizations[0] !== NODES)
    throw refused(signer, `wants the subject’s only O to be ${NODES}`);
  const names = valuesOf(subject, COMMON_NAME);
  if (names.length !== 1 || names[0]?.startsWith(NODE) !== true)
    throw refused(signer, `wants a CN that begins with ${NODE}`);
}

function checkUsages(
  signer: string,
  { usages }: AskedFor,
  purpose: Usage,
  how: 'strict' | 'lenient',
): void {
  const allowed: readonly Usage[] = ['digital signature', 'key encipherment', purpose];
  const needed: readonly Usage[] = how === 'strict' ? ['digital signature', purpose] : [purpose];
  const fits =
    needed.every((usage) => usages.includes(usage)) &&
    usages.every((usage) => allowed.includes(usage));
  if (!fits) throw refused(signer, `wants the usages ${allowed.join(', ')}, and no other`);
}

function refused(signer: string, what: string): MtlsError {
  return new MtlsError('CSR_REFUSED', `the signer ${quoteForeign(signer)} ${what}`, {
    hint: 'make the request again as its signer wants it, or name a signer of your own: mtls k8s csr create',
    data: { signerName: signer },
  });
}

/** The group that may do everything, and that no role binding takes back. */
const MASTERS = 'system:masters';

/** The users and groups of a subject that Kubernetes keeps for itself: CN and O with `system:`. */
export function systemNames(subject: DistinguishedName): readonly string[] {
  return [COMMON_NAME, ORGANIZATION].flatMap((oid) =>
    valuesOf(subject, oid).filter((value) => /^\s*system:/i.test(value)),
  );
}

/**
 * Refuses users and groups of the system's own, unless they are allowed; answers what there is to
 * be said of those that are.
 *
 * @throws MtlsError NAME_NOT_ALLOWED
 */
export function checkSystemNames(subject: DistinguishedName, allowed: boolean): readonly string[] {
  const names = systemNames(subject);
  const master = names.find((name) => name.trim().toLowerCase() === MASTERS);
  const [name = ''] = master === undefined ? names : [master];
  if (names.length === 0) return [];
  if (!allowed)
    throw new MtlsError(
      'NAME_NOT_ALLOWED',
      `the request asks to be ${quoteForeign(name)}, which Kubernetes keeps for itself`,
      {
        hint:
          master === undefined
            ? 'if it is a node’s or a component’s own request: --allow-system'
            : 'whoever has it may do everything, and no role binding takes that back; bind a group of your own to cluster-admin',
        data: { name },
      },
    );
  return master === undefined
    ? []
    : [`${MASTERS} may do everything in the cluster, and Kubernetes reads no revocation lists`];
}

function valuesOf(subject: DistinguishedName, oid: string): readonly string[] {
  return subject.rdns
    .flat()
    .filter((attribute) => attribute.oid === oid)
    .map(({ value }) => (typeof value === 'string' ? value : ''));
}
