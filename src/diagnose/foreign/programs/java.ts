// Java: JSSE, its certificate path code and its key stores.
import type { ForeignProgram } from '../types.ts';
import type { TroubleId } from '../troubles/index.ts';

const JDK = 'https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/sun/security';

export const JAVA: ForeignProgram<TroubleId> = {
  program: 'Java',
  messages: [
    {
      says: [
        'unable to find valid certification path to requested target',
        'PKIX path building failed',
        'SunCertPathBuilderException',
      ],
      trouble: 'unknown-issuer',
      source: `${JDK}/provider/certpath/SunCertPathBuilder.java`,
    },
    {
      says: ['Path does not chain with any of the trust anchors', 'No trusted certificate found'],
      trouble: 'unknown-issuer',
      source: `${JDK}/provider/certpath/PKIXCertPathValidator.java`,
    },
    {
      says: ['the trustAnchors parameter must be non-empty'],
      trouble: 'trust-file',
      source: `${JDK}/validator/PKIXValidator.java`,
    },
    {
      says: ['CertificateExpiredException: NotAfter: {until…}', 'CertificateExpiredException'],
      trouble: 'expired',
      source: `${JDK}/x509/CertificateValidity.java`,
    },
    {
      says: [
        'CertificateNotYetValidException: NotBefore: {from…}',
        'CertificateNotYetValidException',
      ],
      trouble: 'not-yet-valid',
      source: `${JDK}/x509/CertificateValidity.java`,
    },
    {
      says: [
        'PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed',
        'validity check failed',
      ],
      trouble: 'outside-its-time',
      source: `${JDK}/provider/certpath/PKIXMasterCertPathValidator.java`,
    },
    {
      says: ['signature check failed'],
      trouble: 'bad-signature',
      source: `${JDK}/provider/certpath/PKIXMasterCertPathValidator.java`,
    },
    {
      says: [
        'No subject alternative DNS name matching {host} found',
        'No subject alternative names matching IP address {host} found',
        'No name matching {host} found',
      ],
      trouble: 'host-mismatch',
      source: `${JDK}/util/HostnameChecker.java`,
    },
    {
      says: ['No subject alternative names present'],
      trouble: 'no-names',
      source: `${JDK}/util/HostnameChecker.java`,
    },
    {
      says: [
        'Extended key usage does not permit use for TLS client authentication',
        'Extended key usage does not permit use for TLS server authentication',
        'KeyUsage does not allow digital signatures',
        'KeyUsage does not allow key encipherment',
      ],
      trouble: 'wrong-purpose',
      source: `${JDK}/validator/EndEntityChecker.java`,
    },
    {
      says: [
        'basic constraints check failed: this is not a CA certificate',
        'basic constraints check failed',
      ],
      trouble: 'not-a-ca',
      source: `${JDK}/provider/certpath/ConstraintsChecker.java`,
    },
    {
      says: ['Algorithm constraints check failed', 'does not conform to algorithm constraints'],
      trouble: 'weak-hash',
      means: 'the key or the signature of a certificate is on the list of what Java refuses',
      source: `${JDK}/provider/certpath/AlgorithmChecker.java`,
    },
    {
      says: ['Certificate has been revoked'],
      trouble: 'revoked',
      source:
        'https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/java/security/cert/CertificateRevokedException.java',
    },
    {
      says: ['Empty client certificate chain', 'null cert chain'],
      trouble: 'no-client-certificate',
      judges: 'client',
      source: `${JDK}/ssl/CertificateMessage.java`,
    },
    {
      says: ['Received fatal alert: bad_certificate'],
      trouble: 'peer-says-bad-certificate',
      source: `${JDK}/ssl/Alert.java`,
    },
    {
      says: ['Received fatal alert: certificate_unknown'],
      trouble: 'peer-says-certificate-unknown',
      source: `${JDK}/ssl/Alert.java`,
    },
    {
      says: ['Received fatal alert: unknown_ca'],
      trouble: 'peer-says-unknown-ca',
      source: `${JDK}/ssl/Alert.java`,
    },
    {
      says: ['Received fatal alert: certificate_expired'],
      trouble: 'peer-says-expired',
      source: `${JDK}/ssl/Alert.java`,
    },
    {
      says: ['Received fatal alert: certificate_required'],
      trouble: 'peer-wants-certificate',
      source: `${JDK}/ssl/Alert.java`,
    },
    {
      says: ['Received fatal alert: handshake_failure'],
      trouble: 'peer-says-handshake-failure',
      source: `${JDK}/ssl/Alert.java`,
    },
    {
      says: [
        'Received fatal alert: protocol_version',
        'No appropriate protocol (protocol is disabled or cipher suites are inappropriate)',
      ],
      trouble: 'version-mismatch',
      source: `${JDK}/ssl/HandshakeContext.java`,
    },
    {
      says: ['Received fatal alert: decrypt_error', 'Invalid CertificateVerify signature'],
      trouble: 'peer-says-decrypt-error',
      source: `${JDK}/ssl/CertificateVerify.java`,
    },
    {
      says: ['Received fatal alert: unsupported_certificate'],
      trouble: 'peer-says-unsupported',
      source: `${JDK}/ssl/Alert.java`,
    },
    {
      says: ['Received fatal alert: internal_error'],
      trouble: 'peer-internal-error',
      source: `${JDK}/ssl/Alert.java`,
    },
    {
      says: ['no cipher suites in common', 'No appropriate cipher suite'],
      trouble: 'no-shared-cipher',
      source: `${JDK}/ssl/ServerHello.java`,
    },
    {
      says: [
        'Unsupported or unrecognized SSL message',
        'Unrecognized SSL message, plaintext connection?',
      ],
      trouble: 'not-tls',
      source: `${JDK}/ssl/SSLSocketInputRecord.java`,
    },
    {
      says: [
        'Remote host terminated the handshake',
        'Remote host closed connection during handshake',
      ],
      trouble: 'closed-in-handshake',
      source: `${JDK}/ssl/SSLSocketImpl.java`,
    },
    {
      says: [
        'keystore password was incorrect',
        'Keystore was tampered with, or password was incorrect',
        'Get Key failed: Given final block not properly padded',
      ],
      trouble: 'store-password',
      source: `${JDK}/pkcs12/PKCS12KeyStore.java`,
    },
    {
      says: [
        'Invalid keystore format',
        'DerInputStream.getLength(): lengthTag',
        'toDerInputStream rejects tag type',
      ],
      trouble: 'store-unsupported',
      means: 'the file is no key store of the kind that Java was told: a PEM file, JKS for PKCS12',
      source: `${JDK}/provider/JavaKeyStore.java`,
    },
    {
      says: [
        'Integrity check failed: java.security.NoSuchAlgorithmException: Algorithm HmacPBESHA256 not available',
      ],
      trouble: 'store-unsupported',
      source: `${JDK}/pkcs12/PKCS12KeyStore.java`,
    },
    {
      says: [
        'java.net.SocketException: Connection reset',
        'java.net.SocketException: Broken pipe',
        'java.net.SocketException: Connection or outbound has closed',
      ],
      trouble: 'reset',
      source:
        'https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/net/SocketException.html',
    },
    {
      says: [
        'java.net.ConnectException: Connection refused',
        'ConnectException: Connection refused',
      ],
      trouble: 'refused',
      source:
        'https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/net/ConnectException.html',
    },
  ],
};
