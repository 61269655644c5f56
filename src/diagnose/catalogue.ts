// What each code means and what to do about it: the one source of hints, of docs/errors.md, and of
// whatever explains a code.
import type { ErrorCode } from '../base/errors.ts';
import type { FaultCode } from '../verify/fault.ts';
import type { PileCode } from './codes.ts';

/** Lower case, no full stop, as messages and hints are. */
export interface Explanation {
  readonly means: string;
  /** What to do, best as a command. */
  readonly remedy: string;
}

const DAMAGED = 'it was damaged, or made by a faulty program: get it anew from where it came';

/** Errors: the work could not be done. */
export const ERRORS: Readonly<Record<ErrorCode, Explanation>> = {
  USAGE: {
    means:
      'what was typed makes no command: an argument or an option is missing, unknown or out of place',
    remedy: 'see mtls --help, and mtls <command> --help for its options and examples',
  },
  BAD_NAME: {
    means: 'a name is none that a certificate, a CA or a file can have',
    remedy: 'write a DNS name, an IP address, an e-mail address or a SPIFFE ID',
  },
  BAD_SPIFFE_ID: {
    means: 'a SPIFFE ID breaks the rules of SPIFFE, or does not fit the certificate that it is for',
    remedy: 'write it as spiffe://example.org/ns/<namespace>/sa/<service account>',
  },
  BAD_SUBJECT: {
    means: 'a subject is no distinguished name, or one that a certificate may not have',
    remedy: 'write it as "CN=api,O=Example,C=DE"',
  },
  BAD_DURATION: {
    means: 'a lifetime is no duration, is nothing, or lasts beyond the calendar of certificates',
    remedy: 'write a number and a unit: 30m, 24h, 90d, 2w, 1y',
  },
  BAD_TIME: {
    means: 'a moment is no date, or the dates of a certificate contradict each other',
    remedy: 'write 2027-01-31, 2027-01-31T12:00:00Z, or a distance from now: +90d, -1h',
  },
  BAD_OPTION: {
    means: 'an option does not take the value that it was given',
    remedy: 'see what it takes with mtls <command> --help',
  },
  FILE_NOT_FOUND: {
    means: 'there is no such file',
    remedy: 'check the path',
  },
  FILE_IS_FOLDER: {
    means: 'a folder lies where a file belongs',
    remedy: 'name a file in it',
  },
  FILE_EMPTY: {
    means: 'a file holds nothing',
    remedy: 'name another, or make it again: whatever wrote it did not finish',
  },
  FILE_TOO_LARGE: {
    means: 'a file is larger than any of its kind would be, and was not read',
    remedy: 'check that it is the right file',
  },
  FILE_UNREADABLE: {
    means: 'the system does not let this user read a file, or it is no file that can be read',
    remedy: 'see who may read it with ls -l',
  },
  NOT_RECOGNIZED: {
    means: 'the content is none of the formats that are read here',
    remedy: 'give PEM, DER, or a Kubernetes Secret or ConfigMap in YAML or JSON',
  },
  PEM_MALFORMED: {
    means: 'a PEM block is cut short or garbled',
    remedy: 'copy it again whole, from -----BEGIN to -----END',
  },
  DER_MALFORMED: {
    means: 'the binary encoding (DER, ITU-T X.690) is broken or cut short',
    remedy: DAMAGED,
  },
  CERT_MALFORMED: {
    means: 'a certificate cannot be read',
    remedy: DAMAGED,
  },
  CSR_MALFORMED: {
    means:
      'a certificate request cannot be read, or asks for something that can be read in two ways',
    remedy: DAMAGED,
  },
  CRL_MALFORMED: {
    means: 'a revocation list cannot be read',
    remedy: DAMAGED,
  },
  KEY_MALFORMED: {
    means: 'a key cannot be read, or contradicts itself',
    remedy: 'bring the key back from a backup, or make a new one with mtls issue',
  },
  KEY_UNSUPPORTED: {
    means:
      'a key is of a kind, or encrypted in a way, that is not supported here or by TLS programs',
    remedy: 'make a new one of a usual kind: mtls issue --key-type ec-p256',
  },
  YAML_MALFORMED: {
    means: 'a manifest or a configuration is no YAML, or does not say what it should',
    remedy: 'look at the line, and at the indentation of those around it',
  },
  BACKUP_MALFORMED: {
    means: 'a backup was cut, changed or damaged since it was taken',
    remedy: 'take another copy of it, or the backup before it: nothing was restored',
  },
  INDEX_MALFORMED: {
    means: 'the records of a CA of another program can not be read, or contradict each other',
    remedy: 'look at the line that is named, and mend it in a copy: nothing was imported',
  },
  NOTHING_FOUND: {
    means: 'a source holds nothing of what was looked for',
    remedy: 'name the file that is meant; mtls inspect says what a file holds',
  },
  HOME_NOT_FOUND: {
    means: 'the home that was named is not there, or is no folder',
    remedy: 'name a folder with --home or MTLS_HOME',
  },
  HOME_UNSAFE: {
    means: 'somebody else owns the home or a CA’s key, or may change it',
    remedy: 'take it back with chown and chmod go-w, or name another home with --home',
  },
  CA_NOT_FOUND: {
    means: 'the home holds no CA, or none of this name',
    remedy: 'see which there are with mtls ca list, or make one with mtls ca init',
  },
  CA_EXISTS: {
    means: 'the home holds a CA of this name already',
    remedy: 'choose another name, or look at it with mtls ca show <name>',
  },
  CA_AMBIGUOUS: {
    means: 'the home holds several CAs, and none was named',
    remedy: 'say which one with --ca <name>',
  },
  CA_KEY_MISSING: {
    means: 'the key of the CA is not in its folder',
    remedy: 'bring ca.key back from where it is kept: nothing can be signed without it',
  },
  CERT_NOT_FOUND: {
    means: 'the CA has issued no such certificate',
    remedy: 'see what it issued with mtls list',
  },
  STORE_CORRUPT: {
    means: 'the records of a CA were changed, cut or damaged: they do not fit together',
    remedy: 'restore the CA’s folder from a backup',
  },
  STORE_UNREADABLE: {
    means: 'the system does not let this user read the records of a CA',
    remedy: 'see who may read them with ls -l, and run mtls as their owner',
  },
  STORE_VERSION: {
    means: 'a newer mtls wrote this home, in a format that this one does not know',
    remedy: 'update mtls: npm install -g mtls-toolkit',
  },
  STORE_LOCKED: {
    means: 'another process writes to the same CA and did not finish in time',
    remedy:
      'try again when it has finished; if it has surely ended on another host, add --break-lock',
  },
  PASSPHRASE_NEEDED: {
    means: 'a key is encrypted and nobody could be asked for its passphrase',
    remedy: 'give it with --passphrase-file or --passphrase-env, or run mtls on a terminal',
  },
  PASSPHRASE_WRONG: {
    means: 'a passphrase does not open the key',
    remedy: 'give the passphrase that the key was encrypted with',
  },
  WRITE_FAILED: {
    means: 'the system did not take what was to be written: no room, no right, no folder',
    remedy: 'see df and ls -ld for the folder; what was there before is as it was',
  },
  SIGNER_FAILED: {
    means: 'the program or the token that signs with the CA’s key gave no signature',
    remedy: 'see what it said; run the program by hand, or look at the token with pkcs11-tool -O',
  },
  NETWORK: {
    means: 'nobody answered, or not in time',
    remedy: 'check the address, and whether a firewall stands between',
  },
  FILE_EXISTS: {
    means: 'a file is in the way, and nothing is overwritten unasked',
    remedy: 'choose another folder with --out, or replace it with --force',
  },
  NAME_NOT_PERMITTED: {
    means: 'the name constraints of the CA, or of one above it, do not allow a name',
    remedy: 'choose a name inside the constraints (mtls ca show), or name another CA with --ca',
  },
  NAME_NOT_ALLOWED: {
    means: 'a request asks for a name that --allow does not cover, or of a kind that is not signed',
    remedy: 'add an --allow for it if it should have that name',
  },
  ISSUER_EXPIRED: {
    means: 'the CA, or one above it, is not valid at the time that the certificate is for',
    remedy: 'make a new CA with mtls ca init, or name another with --ca',
  },
  ISSUER_NOT_CA: {
    means: 'the issuer is no CA, or may not sign certificates',
    remedy: 'name a CA with --ca; mtls ca list shows them',
  },
  PATH_LENGTH: {
    means: 'a CA above allows no further CA at this depth',
    remedy: 'name another CA with --ca, or make the upper one with a greater --path-len',
  },
  KEY_MISMATCH: {
    means: 'a key is not the key of the certificate that it should belong to',
    remedy: 'see what belongs together with mtls match',
  },
  SIGNER_WRONG: {
    means: 'what a signer returned is no signature by the CA’s key: nothing was made of it',
    remedy: 'check which key it uses, that it signs the digest as it is, and that it returns DER',
  },
  KEY_TOO_WEAK: {
    means: 'a key is so short that it can be broken',
    remedy: 'make a new one: mtls csr, or mtls issue without --key',
  },
  CA_KEY_IN_SECRET: {
    means: 'a CA’s key was about to go into a Secret, where it would make certificates for anyone',
    remedy: 'give the key of the server’s or client’s own certificate',
  },
  CA_KEY_SHARED: {
    means:
      'the key of a CA was given for a certificate of its own: whoever serves with it could sign',
    remedy: 'leave the key out, and one is made',
  },
  TEST_FIXTURE: {
    means:
      'a certificate or key was made for tests from a public seed, so anybody can make the key',
    remedy: 'make a CA with mtls ca init, and keys with mtls issue or mtls csr',
  },
  CSR_BAD_SIGNATURE: {
    means: 'a request was not signed with the key that it asks a certificate for',
    remedy: 'it was changed, or its sender does not hold the key: ask for a new one',
  },
  CSR_REFUSED: {
    means: 'a CertificateSigningRequest wants what its signer, or no profile of ours, gives',
    remedy: 'make it again with what is allowed: mtls k8s csr create',
  },
  CSR_NOT_APPROVED: {
    means:
      'a CertificateSigningRequest is not approved, or was denied, or has its certificate already',
    remedy:
      'approve it once it was looked at: mtls k8s csr approve, or kubectl certificate approve',
  },
  CHAIN_INVALID: {
    means: 'a certificate, or a list, would not verify, and did not leave',
    remedy: 'see why with mtls verify, also for the CA’s own certificate',
  },
  POLICY_INEXPRESSIBLE: {
    means: 'a rule of a policy asks for what the program it is exported to cannot tell apart',
    remedy: 'change the rule, or enforce it elsewhere: mtls policy check says who takes which rule',
  },
  ALREADY_REVOKED: {
    means: 'the certificate is revoked: it is neither revoked again nor renewed',
    remedy: 'issue a new one with mtls issue; mtls ca crl writes a fresh list',
  },
  DECLINED: {
    means: 'the answer to a question was no',
    remedy: 'run it again and say yes, or give --yes',
  },
  HANDSHAKE_FAILED: {
    means: 'two sides did not come to a mutual TLS connection',
    remedy: 'mtls verify and mtls match say more about each side’s files',
  },
  INTERNAL: {
    means: 'mtls has a bug',
    remedy: 'run it again with --debug and report what it shows',
  },
};

/** A fault's remedy may be another when a CA of the path is at fault. */
export interface FaultExplanation extends Explanation {
  readonly remedyOfCa?: string;
}

/** Faults: the answer of `mtls verify` is bad. */
export const FAULTS: Readonly<Record<FaultCode, FaultExplanation>> = {
  REVOKED: {
    means: 'its issuer has revoked it',
    remedy: 'issue another: mtls issue <name>',
    remedyOfCa: 'what this CA issued goes with it: issue it again under another',
  },
  EXPIRED: {
    means: 'its time is over',
    remedy: 'renew it: mtls renew <file>; or give the time that is meant with --at',
    remedyOfCa: 'make this CA anew, and issue again what stood under it',
  },
  NOT_YET_VALID: {
    means: 'its time has not begun',
    remedy: 'check the clock of this machine, or of the one that issued it',
  },
  HOST_MISMATCH: {
    means: 'it does not carry the name or address that was asked for',
    remedy: 'issue one that carries the name: mtls issue <name>',
  },
  NO_NAMES: {
    means: 'it carries no alternative names, and nobody reads hosts from its subject any more',
    remedy: 'issue one with alternative names: mtls issue <name>',
  },
  SPIFFE_NO_ID: {
    means: 'it carries no SPIFFE ID',
    remedy: 'issue one with the ID: mtls issue spiffe://… --profile svid',
  },
  SPIFFE_MANY_URIS: {
    means: 'it carries several URIs, where an X509-SVID has one',
    remedy: 'issue one certificate for each: mtls issue spiffe://… --profile svid',
  },
  SPIFFE_BAD_ID: {
    means: 'its URI is no SPIFFE ID, or not one for what it is',
    remedy: 'issue one with an ID such as spiffe://example.org/ns/prod/sa/api',
  },
  SPIFFE_MISMATCH: {
    means: 'it carries another SPIFFE ID, or one of another trust domain',
    remedy: 'check that the right workload was given the right certificate',
  },
  SPIFFE_NOT_A_LEAF: {
    means: 'it is a CA’s, or may sign, where an X509-SVID of a workload must not',
    remedy: 'issue one for the workload: mtls issue spiffe://… --profile svid',
  },
  REVOCATION_UNKNOWN: {
    means: 'no current revocation list vouches for it, and one was required',
    remedy: 'give a current CRL of its issuer with --crl; mtls ca crl makes one',
  },
  BAD_SIGNATURE: {
    means: 'its signature is not by the key of its issuer',
    remedy: 'its issuer was made anew, or the file is damaged: issue it again under this CA',
  },
  ALGORITHM_MISMATCH: {
    means: 'it names two different signature algorithms, inside and outside',
    remedy: 'it was changed, or made by a faulty program: issue it again',
  },
  ALGORITHM_UNSUPPORTED: {
    means: 'its key or its signature is of an algorithm that is not supported',
    remedy: 'issue it again with a usual key: mtls issue --key-type ec-p256',
    remedyOfCa: 'make this CA anew with a usual key: --key-type ec-p256',
  },
  WEAK_KEY: {
    means: 'its key can be broken',
    remedy: 'issue it again with another key: mtls issue --key-type ec-p256',
    remedyOfCa: 'make this CA anew with another key: --key-type ec-p256',
  },
  WEAK_HASH: {
    means: 'it is signed over a hash that can be forged: SHA-1 or older',
    remedy: 'issue it again: what mtls issues is signed with SHA-256 or better',
    remedyOfCa: 'have this CA signed again with SHA-256 or better',
  },
  EXTENDED_KEY_USAGE: {
    means: 'it is not for this purpose: its extended key usage says what it is for',
    remedy: 'issue one for this purpose: mtls issue --profile server, client or peer',
    remedyOfCa: 'make this CA anew without purposes: mtls ca intermediate',
  },
  NAME_CONSTRAINT: {
    means: 'a CA above may not vouch for a name that it carries',
    remedy: 'issue it under a CA that permits the name: mtls ca show says what a CA permits',
    remedyOfCa: 'make it under a CA that permits the name: mtls ca show says what a CA permits',
  },
  PATH_LENGTH_EXCEEDED: {
    means: 'there are more CAs between a CA and the certificate than its path length allows',
    remedy: 'make the upper CA anew with a higher --path-len',
  },
  NOT_A_CA: {
    means: 'it stands as an issuer in the chain and is no CA',
    remedy: 'issue it under a CA: mtls ca intermediate makes one',
  },
  KEY_USAGE: {
    means: 'its key usage does not allow what it is used for',
    remedy: 'issue it again: mtls gives each profile the key usage that it needs',
    remedyOfCa: 'make this CA anew: mtls ca intermediate',
  },
  UNKNOWN_CRITICAL_EXTENSION: {
    means: 'it carries an extension that must not be ignored, and that is not known here',
    remedy: 'ask its issuer for one without it; mtls inspect shows which it is',
  },
  POLICY: {
    means: 'no certificate policy holds along the whole chain, and one was required',
    remedy: 'issue it under CAs that carry the policy, or ask for one that they have',
  },
  MALFORMED: {
    means: 'it breaks a rule that every certificate must keep',
    remedy: 'it was made by a faulty program: issue it again',
    remedyOfCa: 'it was made by a faulty program: make this CA anew',
  },
  PROFILE: {
    means: 'it breaks a rule of the profile that was asked for',
    remedy: 'issue it again: what mtls issues keeps the rules of RFC 5280',
    remedyOfCa: 'make this CA anew: what mtls issues keeps the rules of RFC 5280',
  },
  BUDGET_EXCEEDED: {
    means: 'so many certificates could stand in the chain that the search was given up',
    remedy: 'give only the CA certificates that belong to it with --untrusted',
  },
  UNTRUSTED_ROOT: {
    means: 'its chain ends in a root that nobody said to trust',
    remedy: 'if this root is to be trusted, give its file with --ca',
  },
  ISSUER_NOT_FOUND: {
    means: 'the certificate of its issuer is not there',
    remedy: 'give the missing CA certificate with --untrusted, or its root with --ca',
  },
};

/** What only a look at several things shows: findings of the doctor. */
export const PILE: Readonly<Record<PileCode, Explanation>> = {
  CLOCK_BEHIND: {
    means: 'the clock of this machine is behind: certificates seem not yet valid that are',
    remedy: 'set the clock, and have it kept: timedatectl set-ntp true',
  },
  CA_SAME_NAME: {
    means: 'a CA has the name of the issuer and another key: it is not the one that signed',
    remedy: 'bring the CA certificate whose subject key identifier is the wanted one',
  },
  TRUST_WITHOUT_ROOT: {
    means: 'a file of trusted CAs holds intermediates alone: most programs believe only roots',
    remedy: 'put the root into it: mtls ca export prints it',
  },
  TRUST_HOLDS_KEY: {
    means: 'a private key lies where certificates are handed to everybody',
    remedy: 'take it out, and make a new key: whoever had the file has the old one',
  },
  TRUST_HOLDS_LEAF: {
    means: 'a certificate that is no CA lies among the trusted ones',
    remedy: 'take it out: trust is placed in the CA that issued it',
  },
  CA_PURPOSES: {
    means: 'a CA states purposes, which bind everything below it',
    remedy: 'make it anew without purposes: mtls ca intermediate',
  },
  INTERMEDIATE_MISSING: {
    means: 'a CA between the certificate and its root is not sent along with it',
    remedy: 'put it behind the certificate, in its file: mtls doctor --fix writes such a one',
  },
  INTERMEDIATE_APART: {
    means: 'a CA that must be sent along lies beside the certificate, in a file of its own',
    remedy: 'put it behind the certificate, in its file, unless the server reads it from there',
  },
  CHAIN_ORDER: {
    means:
      'the certificates of a chain are not in the order that TLS wants: the leaf, then each issuer',
    remedy: 'put them in order: mtls doctor --fix writes such a file',
  },
  CHAIN_STRANGER: {
    means: 'a certificate in the file of a chain is no part of it',
    remedy: 'take it out: mtls doctor --fix writes a file without it',
  },
  ROOT_IN_CHAIN: {
    means: 'the root is sent along with the chain, where it is of no use',
    remedy: 'take it out: mtls doctor --fix writes a file without it',
  },
  SIDES_SWAPPED: {
    means:
      'the files of the server hold the client’s certificate, and those of the client the server’s',
    remedy: 'give each its own: mtls doctor --fix writes them so',
  },
  KEY_ENCRYPTED: {
    means: 'a key is encrypted, and a server that loads it must be given its passphrase',
    remedy: 'give the passphrase with --passphrase-file, or write the key without one',
  },
  KEY_MODE: {
    means: 'others on this machine may read or change a private key',
    remedy: 'take their rights away: chmod 600',
  },
  KEY_ORPHAN: {
    means: 'no certificate that is here has this key',
    remedy: 'remove it if nothing needs it; mtls match looks for its certificate elsewhere',
  },
  STORE_CLOSED: {
    means: 'a key store is encrypted, and was not looked into',
    remedy: 'give its passphrase with --passphrase-file or --passphrase-env',
  },
  STORE_UNTRUSTED: {
    means: 'a trust store has no entry that Java knows as trusted: Java finds it empty',
    remedy:
      'make it with keytool: keytool -importcert -alias ca -file ca.crt -keystore truststore.p12 -storetype PKCS12',
  },
  STORE_FORM: {
    means: 'a key store is written in a way that some programs cannot read',
    remedy: 'write it anew: openssl pkcs12 -export of OpenSSL 3 encrypts with AES-256',
  },
  CRL_STALE: {
    means: 'a revocation list is past its next update: who obeys it believes nobody',
    remedy: 'issue the next one: mtls ca crl',
  },
  CRL_OTHER_CA: {
    means: 'a revocation list lies beside a CA that did not issue it',
    remedy: 'put the list of this CA there: mtls ca crl prints it',
  },
  EXPIRES_SOON: {
    means: 'a certificate still holds, and not for long',
    remedy: 'renew it: mtls renew',
  },
  PEM_FORM: {
    means: 'a PEM file is written in a way that some programs cannot read',
    remedy: 'write it anew: mtls doctor --fix does',
  },
  SECRET_ENCODED_TWICE: {
    means: 'a value of a Secret was encoded twice: data takes base64, stringData takes text',
    remedy: 'write the Secret with mtls k8s secret',
  },
  SECRET_SIZE: {
    means: 'an object is as large as Kubernetes takes one, or larger',
    remedy: 'leave out certificates that nobody needs, or split a bundle into several objects',
  },
  SECRET_TYPE: {
    means: 'the type of a Secret does not fit what it holds',
    remedy:
      'write the Secret with mtls k8s secret; a type cannot be changed, so delete the old one',
  },
  NO_CERTIFICATE: {
    means: 'a side has no certificate to show, and the other demands one',
    remedy: 'issue one: mtls issue --profile client, or server',
  },
  CA_NOT_NAMED: {
    means: 'the server names the CAs that it trusts, and none of them issued what the client sends',
    remedy: 'send the intermediates along, so that the chain reaches a CA that is named',
  },
  MESH_FILE_MISSING: {
    means: 'a file, or a key of a Secret, that the mesh loads is not there',
    remedy: 'write the whole set anew: mtls mesh --help',
  },
  MESH_OBJECT: {
    means:
      'a Secret or ConfigMap of a mesh has a name, a namespace or a type that it does not look for',
    remedy: 'name it as the mesh does: mtls mesh --help',
  },
  MESH_KEY_TYPE: {
    means: 'a mesh does not take a key or a signature of this kind',
    remedy: 'make the CA anew with --key-type ec-p256, below one that has such a key itself',
  },
  MESH_REFUSED: {
    means: 'the API server, or a webhook of the mesh, refuses a field of an object',
    remedy: 'mend the field that is named; kubectl explain says what belongs there',
  },
  MESH_REFERENCE: {
    means: 'an object names another that is not there, or not where the mesh looks for it',
    remedy: 'name one that is there, or move it: kind, name and namespace count',
  },
  MESH_UNSAID: {
    means: 'an object leaves to the mesh what its versions decide differently',
    remedy: 'say it',
  },
  MESH_STALE: {
    means: 'what a mesh issued is not, or no longer, what it is asked for',
    remedy: 'it is issued anew; where not, the status of what asks for it says why',
  },
  RENEWAL_OVERDUE: {
    means: 'a certificate is past the time at which it is renewed by itself, and still the old one',
    remedy: 'see what keeps it from being renewed before it ends',
  },
  OUTLIVES_ISSUER: {
    means: 'what is asked for would live longer than the CA that signs it',
    remedy: 'change the CA before it ends, or ask for less',
  },
  MESH_POLICY: {
    means: 'a policy of a mesh asks for less than it seems to, or for what nobody can give',
    remedy: 'write it anew: mtls mesh --help',
  },
  CRL_MISSING: {
    means: 'a CA of a chain has no revocation list, where lists of others are given',
    remedy: 'give the list of every CA up to the root: mtls ca crl prints one',
  },
  BUNDLE_FORM: {
    means: 'a SPIFFE trust bundle says something that its readers refuse or pass over',
    remedy: 'write it anew: mtls mesh spire bundle, or spire-server bundle show -format spiffe',
  },
  NOT_JUDGED: {
    means: 'nobody was named to trust, so no chain was judged',
    remedy: 'name the roots: --ca FILE',
  },
};
