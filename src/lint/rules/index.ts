// Every rule there is, by its identifier.
import type { LintRule } from '../rule.ts';
import { altNameDuplicate } from './alt-name-duplicate.ts';
import { altNameEmpty } from './alt-name-empty.ts';
import { altNameNotAscii } from './alt-name-not-ascii.ts';
import { altNameUnknown } from './alt-name-unknown.ts';
import { anyPurposeCritical } from './any-purpose-critical.ts';
import { anyPurpose } from './any-purpose.ts';
import { authorityInfoCritical } from './authority-info-critical.ts';
import { authorityKeyIdCritical } from './authority-key-id-critical.ts';
import { authorityKeyIdMismatch } from './authority-key-id-mismatch.ts';
import { authorityKeyIdMissing } from './authority-key-id-missing.ts';
import { authorityKeyIdWithoutKey } from './authority-key-id-without-key.ts';
import { basicConstraintsNotCritical } from './basic-constraints-not-critical.ts';
import { caCannotSign } from './ca-cannot-sign.ts';
import { caKeyInLeaf } from './ca-key-in-leaf.ts';
import { caKeyUsageMissing } from './ca-key-usage-missing.ts';
import { caSubjectEmpty } from './ca-subject-empty.ts';
import { caValidityTooLong } from './ca-validity-too-long.ts';
import { caWithPurposes } from './ca-with-purposes.ts';
import { chainOutOfOrder } from './chain-out-of-order.ts';
import { clientNamesMissing } from './client-names-missing.ts';
import { commonNameNotInNames } from './common-name-not-in-names.ts';
import { commonNameTooLong } from './common-name-too-long.ts';
import { constraintDnsDot } from './constraint-dns-dot.ts';
import { constraintIp } from './constraint-ip.ts';
import { constraintMaximum } from './constraint-maximum.ts';
import { constraintMinimum } from './constraint-minimum.ts';
import { constraintOnEdiParty } from './constraint-on-edi-party.ts';
import { constraintOnRegisteredId } from './constraint-on-registered-id.ts';
import { constraintOnX400 } from './constraint-on-x400.ts';
import { constraintUriHost } from './constraint-uri-host.ts';
import { constraintsNotInCa } from './constraints-not-in-ca.ts';
import { crlPointIncomplete } from './crl-point-incomplete.ts';
import { crlPointWithoutUri } from './crl-point-without-uri.ts';
import { crlPointsCritical } from './crl-points-critical.ts';
import { defaultValueEncoded } from './default-value-encoded.ts';
import { dnsIdnMalformed } from './dns-idn-malformed.ts';
import { dnsIdnNotNfc } from './dns-idn-not-nfc.ts';
import { dnsLabelEmpty } from './dns-label-empty.ts';
import { dnsLabelHyphen } from './dns-label-hyphen.ts';
import { dnsLabelTooLong } from './dns-label-too-long.ts';
import { dnsNameBlank } from './dns-name-blank.ts';
import { dnsNameCharacters } from './dns-name-characters.ts';
import { dnsNameIsIp } from './dns-name-is-ip.ts';
import { dnsNameTooLong } from './dns-name-too-long.ts';
import { dnsUnderscoreInDomain } from './dns-underscore-in-domain.ts';
import { dnsUnderscore } from './dns-underscore.ts';
import { dnsWildcardBroad } from './dns-wildcard-broad.ts';
import { dnsWildcardMisplaced } from './dns-wildcard-misplaced.ts';
import { dsaKey } from './dsa-key.ts';
import { ecKeyEncipherment } from './ec-key-encipherment.ts';
import { ecLeafKeyUsage } from './ec-leaf-key-usage.ts';
import { edwardsKeyUsage } from './edwards-key-usage.ts';
import { emailMalformed } from './email-malformed.ts';
import { extensionDuplicate } from './extension-duplicate.ts';
import { extensionEmpty } from './extension-empty.ts';
import { extensionMalformed } from './extension-malformed.ts';
import { extensionsEmpty } from './extensions-empty.ts';
import { extensionsWithoutV3 } from './extensions-without-v3.ts';
import { freshestCrlCritical } from './freshest-crl-critical.ts';
import { givenNameLong } from './given-name-long.ts';
import { givenNameTooLong } from './given-name-too-long.ts';
import { inhibitAnyPolicyNotCritical } from './inhibit-any-policy-not-critical.ts';
import { ipLength } from './ip-length.ts';
import { issuerCountryNotPrintable } from './issuer-country-not-printable.ts';
import { issuerEmpty } from './issuer-empty.ts';
import { issuerLocationWithoutUri } from './issuer-location-without-uri.ts';
import { issuerNamesCritical } from './issuer-names-critical.ts';
import { issuerNotCa } from './issuer-not-ca.ts';
import { keyShared } from './key-shared.ts';
import { keyUsageCertSignWithoutCa } from './key-usage-cert-sign-without-ca.ts';
import { keyUsageEmpty } from './key-usage-empty.ts';
import { keyUsageNotCritical } from './key-usage-not-critical.ts';
import { keyUsageTooLong } from './key-usage-too-long.ts';
import { keyUsageTrailingOctets } from './key-usage-trailing-octets.ts';
import { keyUsageUnusedBits } from './key-usage-unused-bits.ts';
import { leafCannotSign } from './leaf-cannot-sign.ts';
import { leafValidityTooLong } from './leaf-validity-too-long.ts';
import { localityTooLong } from './locality-too-long.ts';
import { nameConstraintsNotCritical } from './name-constraints-not-critical.ts';
import { nameMalformed } from './name-malformed.ts';
import { nameRdnEmpty } from './name-rdn-empty.ts';
import { nameStringType } from './name-string-type.ts';
import { namesNotCriticalWithoutSubject } from './names-not-critical-without-subject.ts';
import { notForClients } from './not-for-clients.ts';
import { notForServers } from './not-for-servers.ts';
import { notVersion3 } from './not-version-3.ts';
import { organizationTooLong } from './organization-too-long.ts';
import { organizationalUnitTooLong } from './organizational-unit-too-long.ts';
import { outlivesIssuer } from './outlives-issuer.ts';
import { pathLengthExceeded } from './path-length-exceeded.ts';
import { pathLengthNegative } from './path-length-negative.ts';
import { pathLengthWithoutCa } from './path-length-without-ca.ts';
import { policyAnyQualifier } from './policy-any-qualifier.ts';
import { policyConstraintsNotCritical } from './policy-constraints-not-critical.ts';
import { policyDuplicate } from './policy-duplicate.ts';
import { policyMappingAny } from './policy-mapping-any.ts';
import { policyMappingNotAsserted } from './policy-mapping-not-asserted.ts';
import { policyMappingsNotCritical } from './policy-mappings-not-critical.ts';
import { policyNoticeReference } from './policy-notice-reference.ts';
import { policyTextControl } from './policy-text-control.ts';
import { policyTextIa5 } from './policy-text-ia5.ts';
import { policyTextNotNfc } from './policy-text-not-nfc.ts';
import { policyTextNotUtf8 } from './policy-text-not-utf8.ts';
import { policyTextTooLong } from './policy-text-too-long.ts';
import { postalCodeTooLong } from './postal-code-too-long.ts';
import { precertificateWithSctList } from './precertificate-with-sct-list.ts';
import { publicKeyUnreadable } from './public-key-unreadable.ts';
import { purposeBeyondIssuer } from './purpose-beyond-issuer.ts';
import { purposeWithoutUsage } from './purpose-without-usage.ts';
import { purposesMissing } from './purposes-missing.ts';
import { rootInChain } from './root-in-chain.ts';
import { rsaCaEncipherment } from './rsa-ca-encipherment.ts';
import { rsaCaKeyUsage } from './rsa-ca-key-usage.ts';
import { rsaLeafKeyUsage } from './rsa-leaf-key-usage.ts';
import { rsaParametersNotNull } from './rsa-parameters-not-null.ts';
import { rsaSignatureParametersNotNull } from './rsa-signature-parameters-not-null.ts';
import { sctListEmpty } from './sct-list-empty.ts';
import { serialNotPositive } from './serial-not-positive.ts';
import { serialReused } from './serial-reused.ts';
import { serialTooLong } from './serial-too-long.ts';
import { serialTooShort } from './serial-too-short.ts';
import { serverNamesMissing } from './server-names-missing.ts';
import { serverValidityTooLong } from './server-validity-too-long.ts';
import { signatureAlgorithmMismatch } from './signature-algorithm-mismatch.ts';
import { spiffeCaCannotSign } from './spiffe-ca-cannot-sign.ts';
import { spiffeCaWithPath } from './spiffe-ca-with-path.ts';
import { spiffeIdMalformed } from './spiffe-id-malformed.ts';
import { spiffeKeyUsage } from './spiffe-key-usage.ts';
import { spiffeLeafCannotSign } from './spiffe-leaf-cannot-sign.ts';
import { spiffeLeafSigns } from './spiffe-leaf-signs.ts';
import { spiffeLeafWithoutPath } from './spiffe-leaf-without-path.ts';
import { spiffeManyUris } from './spiffe-many-uris.ts';
import { spiffeOtherTrustDomain } from './spiffe-other-trust-domain.ts';
import { spiffePurposesMissing } from './spiffe-purposes-missing.ts';
import { spiffePurposes } from './spiffe-purposes.ts';
import { stateTooLong } from './state-too-long.ts';
import { streetTooLong } from './street-too-long.ts';
import { subjectControlCharacters } from './subject-control-characters.ts';
import { subjectCountryNotPrintable } from './subject-country-not-printable.ts';
import { subjectDirectoryCritical } from './subject-directory-critical.ts';
import { subjectEmailNotInNames } from './subject-email-not-in-names.ts';
import { subjectEmailTooLong } from './subject-email-too-long.ts';
import { subjectEmptyWithoutNames } from './subject-empty-without-names.ts';
import { subjectInfoCritical } from './subject-info-critical.ts';
import { subjectKeyIdCritical } from './subject-key-id-critical.ts';
import { subjectKeyIdMissingCa } from './subject-key-id-missing-ca.ts';
import { subjectKeyIdMissing } from './subject-key-id-missing.ts';
import { subjectNamesCritical } from './subject-names-critical.ts';
import { subjectSerialTooLong } from './subject-serial-too-long.ts';
import { surnameLong } from './surname-long.ts';
import { surnameTooLong } from './surname-too-long.ts';
import { timeForm } from './time-form.ts';
import { timeFraction } from './time-fraction.ts';
import { timeNotUtc } from './time-not-utc.ts';
import { timeWithoutSeconds } from './time-without-seconds.ts';
import { uncommonCurve } from './uncommon-curve.ts';
import { uniqueIdentifierInV1 } from './unique-identifier-in-v1.ts';
import { uniqueIdentifier } from './unique-identifier.ts';
import { unknownCriticalExtension } from './unknown-critical-extension.ts';
import { uriHostNotFull } from './uri-host-not-full.ts';
import { uriNotAbsolute } from './uri-not-absolute.ts';
import { usageBeyondPurpose } from './usage-beyond-purpose.ts';
import { validityReversed } from './validity-reversed.ts';
import { versionUnknown } from './version-unknown.ts';
import { weakCurve } from './weak-curve.ts';
import { weakHash } from './weak-hash.ts';
import { weakRsaExponent } from './weak-rsa-exponent.ts';
import { weakRsaKey } from './weak-rsa-key.ts';

export const LINT_RULES: readonly LintRule[] = [
  altNameDuplicate,
  altNameEmpty,
  altNameNotAscii,
  altNameUnknown,
  anyPurposeCritical,
  anyPurpose,
  authorityInfoCritical,
  authorityKeyIdCritical,
  authorityKeyIdMismatch,
  authorityKeyIdMissing,
  authorityKeyIdWithoutKey,
  basicConstraintsNotCritical,
  caCannotSign,
  caKeyInLeaf,
  caKeyUsageMissing,
  caSubjectEmpty,
  caValidityTooLong,
  caWithPurposes,
  chainOutOfOrder,
  clientNamesMissing,
  commonNameNotInNames,
  commonNameTooLong,
  constraintDnsDot,
  constraintIp,
  constraintMaximum,
  constraintMinimum,
  constraintOnEdiParty,
  constraintOnRegisteredId,
  constraintOnX400,
  constraintUriHost,
  constraintsNotInCa,
  crlPointIncomplete,
  crlPointWithoutUri,
  crlPointsCritical,
  defaultValueEncoded,
  dnsIdnMalformed,
  dnsIdnNotNfc,
  dnsLabelEmpty,
  dnsLabelHyphen,
  dnsLabelTooLong,
  dnsNameBlank,
  dnsNameCharacters,
  dnsNameIsIp,
  dnsNameTooLong,
  dnsUnderscoreInDomain,
  dnsUnderscore,
  dnsWildcardBroad,
  dnsWildcardMisplaced,
  dsaKey,
  ecKeyEncipherment,
  ecLeafKeyUsage,
  edwardsKeyUsage,
  emailMalformed,
  extensionDuplicate,
  extensionEmpty,
  extensionMalformed,
  extensionsEmpty,
  extensionsWithoutV3,
  freshestCrlCritical,
  givenNameLong,
  givenNameTooLong,
  inhibitAnyPolicyNotCritical,
  ipLength,
  issuerCountryNotPrintable,
  issuerEmpty,
  issuerLocationWithoutUri,
  issuerNamesCritical,
  issuerNotCa,
  keyShared,
  keyUsageCertSignWithoutCa,
  keyUsageEmpty,
  keyUsageNotCritical,
  keyUsageTooLong,
  keyUsageTrailingOctets,
  keyUsageUnusedBits,
  leafCannotSign,
  leafValidityTooLong,
  localityTooLong,
  nameConstraintsNotCritical,
  nameMalformed,
  nameRdnEmpty,
  nameStringType,
  namesNotCriticalWithoutSubject,
  notForClients,
  notForServers,
  notVersion3,
  organizationTooLong,
  organizationalUnitTooLong,
  outlivesIssuer,
  pathLengthExceeded,
  pathLengthNegative,
  pathLengthWithoutCa,
  policyAnyQualifier,
  policyConstraintsNotCritical,
  policyDuplicate,
  policyMappingAny,
  policyMappingNotAsserted,
  policyMappingsNotCritical,
  policyNoticeReference,
  policyTextControl,
  policyTextIa5,
  policyTextNotNfc,
  policyTextNotUtf8,
  policyTextTooLong,
  postalCodeTooLong,
  precertificateWithSctList,
  publicKeyUnreadable,
  purposeBeyondIssuer,
  purposeWithoutUsage,
  purposesMissing,
  rootInChain,
  rsaCaEncipherment,
  rsaCaKeyUsage,
  rsaLeafKeyUsage,
  rsaParametersNotNull,
  rsaSignatureParametersNotNull,
  sctListEmpty,
  serialNotPositive,
  serialReused,
  serialTooLong,
  serialTooShort,
  serverNamesMissing,
  serverValidityTooLong,
  signatureAlgorithmMismatch,
  spiffeCaCannotSign,
  spiffeCaWithPath,
  spiffeIdMalformed,
  spiffeKeyUsage,
  spiffeLeafCannotSign,
  spiffeLeafSigns,
  spiffeLeafWithoutPath,
  spiffeManyUris,
  spiffeOtherTrustDomain,
  spiffePurposesMissing,
  spiffePurposes,
  stateTooLong,
  streetTooLong,
  subjectControlCharacters,
  subjectCountryNotPrintable,
  subjectDirectoryCritical,
  subjectEmailNotInNames,
  subjectEmailTooLong,
  subjectEmptyWithoutNames,
  subjectInfoCritical,
  subjectKeyIdCritical,
  subjectKeyIdMissingCa,
  subjectKeyIdMissing,
  subjectNamesCritical,
  subjectSerialTooLong,
  surnameLong,
  surnameTooLong,
  timeForm,
  timeFraction,
  timeNotUtc,
  timeWithoutSeconds,
  uncommonCurve,
  uniqueIdentifierInV1,
  uniqueIdentifier,
  unknownCriticalExtension,
  uriHostNotFull,
  uriNotAbsolute,
  usageBeyondPurpose,
  validityReversed,
  versionUnknown,
  weakCurve,
  weakHash,
  weakRsaExponent,
  weakRsaKey,
];
