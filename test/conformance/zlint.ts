// zlint's expectations of its RFC lints, and which rules of ours stand for each lint.
import { readFileSync } from 'node:fs';
import { parsePem } from '../../src/codec/pem.ts';
import { lint } from '../../src/lint/engine.ts';
import type { LintSeverity } from '../../src/lint/rule.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { corpus } from '../support/corpora.ts';

/** Does it trip (`error`, `warning`, `info`), or not. */
export type ZlintVerdict = LintSeverity | 'none';

export interface ZlintCase {
  readonly id: string;
  readonly lint: string;
  readonly expected: ZlintVerdict;
  readonly actual: ZlintVerdict;
}

interface Expectation {
  readonly lint: string;
  readonly file: string;
  /** NA: the lint does not apply. NE: the certificate is older than what the lint demands. */
  readonly expected: 'Error' | 'Warn' | 'Notice' | 'Pass' | 'NA' | 'NE';
}

export const ZLINT_COUNT = 329;

export const hasZlint = corpus('zlint/manifest.json') !== undefined;

/** Lints of zlint, and the rules of ours of which one must trip where the lint does. */
export const RULES_OF: Readonly<Record<string, readonly string[]>> = {
  e_basic_constr_invalid_der: ['default-value-encoded'],
  e_basic_constraints_not_critical: ['basic-constraints-not-critical'],
  e_ca_subject_field_empty: ['ca-subject-empty'],
  e_cert_contains_unique_identifier: ['unique-identifier'],
  e_cert_ext_invalid_der: ['default-value-encoded'],
  e_cert_extensions_version_not_3: ['extensions-without-v3'],
  e_cert_sig_alg_not_match_tbs_sig_alg: ['signature-algorithm-mismatch'],
  e_cert_unique_identifier_version_not_2_or_3: ['unique-identifier-in-v1'],
  e_distribution_point_incomplete: ['crl-point-incomplete'],
  e_ecdsa_allowed_ku: ['ec-key-encipherment'],
  e_empty_sct_list: ['sct-list-empty'],
  e_ext_aia_marked_critical: ['authority-info-critical'],
  e_ext_authority_key_identifier_critical: ['authority-key-id-critical'],
  e_ext_authority_key_identifier_no_key_identifier: ['authority-key-id-without-key'],
  e_ext_cannot_be_empty_sequence: ['extension-empty'],
  e_ext_cert_policy_disallowed_any_policy_qualifier: ['policy-any-qualifier'],
  e_ext_cert_policy_duplicate: ['policy-duplicate'],
  e_ext_cert_policy_explicit_text_ia5_string: ['policy-text-ia5'],
  e_ext_cert_policy_explicit_text_too_long: ['policy-text-too-long'],
  e_ext_duplicate_extension: ['extension-duplicate'],
  e_ext_freshest_crl_marked_critical: ['freshest-crl-critical'],
  e_ext_ian_dns_not_ia5_string: ['alt-name-not-ascii'],
  e_ext_ian_empty_name: ['alt-name-empty'],
  e_ext_ian_no_entries: ['extension-empty'],
  e_ext_ian_rfc822_format_invalid: ['email-malformed'],
  e_ext_ian_space_dns_name: ['dns-name-blank'],
  e_ext_ian_uri_format_invalid: ['uri-not-absolute'],
  // A URI without a scheme has no host (RFC 3986 §4.2), whatever zlint's cases mean to have
  e_ext_ian_uri_host_not_fqdn_or_ip: ['uri-host-not-full', 'uri-not-absolute'],
  e_ext_ian_uri_not_ia5: ['alt-name-not-ascii'],
  e_ext_ian_uri_relative: ['uri-not-absolute'],
  e_ext_key_usage_cert_sign_without_ca: ['key-usage-cert-sign-without-ca'],
  e_ext_key_usage_without_bits: ['key-usage-empty'],
  e_ext_name_constraints_not_critical: ['name-constraints-not-critical'],
  e_ext_name_constraints_not_in_ca: ['constraints-not-in-ca'],
  e_ext_policy_constraints_empty: ['extension-empty'],
  e_ext_policy_constraints_not_critical: ['policy-constraints-not-critical'],
  e_ext_policy_map_any_policy: ['policy-mapping-any'],
  e_ext_san_dns_name_too_long: ['dns-name-too-long'],
  e_ext_san_dns_not_ia5_string: ['alt-name-not-ascii'],
  e_ext_san_empty_name: ['alt-name-empty'],
  e_ext_san_no_entries: ['extension-empty'],
  e_ext_san_not_critical_without_subject: ['names-not-critical-without-subject'],
  e_ext_san_rfc822_format_invalid: ['email-malformed'],
  e_ext_san_space_dns_name: ['dns-name-blank'],
  e_ext_san_uri_format_invalid: ['uri-not-absolute'],
  e_ext_san_uri_host_not_fqdn_or_ip: ['uri-host-not-full', 'uri-not-absolute'],
  e_ext_san_uri_not_ia5: ['alt-name-not-ascii'],
  e_ext_san_uri_relative: ['uri-not-absolute'],
  e_ext_subject_directory_attr_critical: ['subject-directory-critical'],
  e_ext_subject_key_identifier_critical: ['subject-key-id-critical'],
  e_ext_subject_key_identifier_missing_ca: ['subject-key-id-missing-ca'],
  e_generalized_time_not_in_zulu: ['time-not-utc'],
  e_incorrect_ku_encoding: ['key-usage-unused-bits'],
  e_inhibit_any_policy_not_critical: ['inhibit-any-policy-not-critical'],
  e_international_dns_name_not_nfc: ['dns-idn-not-nfc'],
  e_international_dns_name_not_unicode: ['dns-idn-malformed'],
  e_issuer_dn_country_not_printable_string: ['issuer-country-not-printable'],
  e_issuer_field_empty: ['issuer-empty'],
  e_key_usage_and_extended_key_usage_inconsistent: [
    'purpose-without-usage',
    'usage-beyond-purpose',
  ],
  e_key_usage_incorrect_length: ['key-usage-too-long'],
  e_name_constraint_empty: ['extension-empty'],
  e_name_constraint_maximum_not_absent: ['constraint-maximum'],
  e_name_constraint_minimum_non_zero: ['constraint-minimum'],
  e_name_constraint_not_fqdn: ['constraint-uri-host'],
  e_path_len_constraint_improperly_included: ['path-length-without-ca'],
  e_path_len_constraint_zero_or_less: ['path-length-negative'],
  e_precert_with_sct_list: ['precertificate-with-sct-list'],
  e_rfc_dnsname_empty_label: ['dns-label-empty'],
  e_rfc_dnsname_hyphen_in_sld: ['dns-label-hyphen'],
  e_rfc_dnsname_label_too_long: ['dns-label-too-long'],
  e_rfc_dnsname_underscore_in_sld: ['dns-underscore-in-domain'],
  e_rsa_allowed_ku_ca: ['rsa-ca-key-usage'],
  e_rsa_allowed_ku_ee: ['rsa-leaf-key-usage'],
  e_rsa_allowed_ku_no_encipherment_ca: ['rsa-ca-encipherment'],
  e_serial_number_not_positive: ['serial-not-positive'],
  e_spki_rsa_encryption_parameter_not_null: ['rsa-parameters-not-null'],
  e_subj_email_not_in_san: ['subject-email-not-in-names'],
  e_subject_common_name_max_length: ['common-name-too-long'],
  e_subject_dn_country_not_printable_string: ['subject-country-not-printable'],
  e_subject_dn_not_printable_characters: ['subject-control-characters'],
  e_subject_dn_serial_number_max_length: ['subject-serial-too-long'],
  e_subject_email_max_length: ['subject-email-too-long'],
  e_subject_empty_without_san: ['subject-empty-without-names'],
  e_subject_given_name_max_length: ['given-name-too-long'],
  e_subject_info_access_marked_critical: ['subject-info-critical'],
  e_subject_locality_name_max_length: ['locality-too-long'],
  e_subject_organization_name_max_length: ['organization-too-long'],
  e_subject_organizational_unit_name_max_length: ['organizational-unit-too-long'],
  e_subject_postal_code_max_length: ['postal-code-too-long'],
  e_subject_state_name_max_length: ['state-too-long'],
  e_subject_street_address_max_length: ['street-too-long'],
  e_subject_surname_max_length: ['surname-too-long'],
  e_superfluous_ku_encoding: ['key-usage-trailing-octets'],
  e_tbs_signature_rsa_encryption_parameter_not_null: ['rsa-signature-parameters-not-null'],
  e_utc_time_does_not_include_seconds: ['time-without-seconds'],
  e_utc_time_not_in_zulu: ['time-not-utc'],
  e_wrong_time_format_pre2050: ['time-form'],
  n_ecdsa_ee_invalid_ku: ['ec-leaf-key-usage'],
  w_distribution_point_missing_ldap_or_uri: ['crl-point-without-uri'],
  w_eku_critical_improperly: ['any-purpose-critical'],
  w_ext_aia_access_location_missing: ['issuer-location-without-uri'],
  w_ext_cert_policy_contains_noticeref: ['policy-notice-reference'],
  w_ext_cert_policy_explicit_text_includes_control: ['policy-text-control'],
  w_ext_cert_policy_explicit_text_not_nfc: ['policy-text-not-nfc'],
  w_ext_cert_policy_explicit_text_not_utf8: ['policy-text-not-utf8'],
  w_ext_crl_distribution_marked_critical: ['crl-points-critical'],
  w_ext_ian_critical: ['issuer-names-critical'],
  w_ext_key_usage_not_critical: ['key-usage-not-critical'],
  w_ext_policy_map_not_critical: ['policy-mappings-not-critical'],
  w_ext_policy_map_not_in_cert_policy: ['policy-mapping-not-asserted'],
  w_ext_subject_key_identifier_missing_sub_cert: ['subject-key-id-missing'],
  w_name_constraint_on_edi_party_name: ['constraint-on-edi-party'],
  w_name_constraint_on_registered_id: ['constraint-on-registered-id'],
  w_name_constraint_on_x400: ['constraint-on-x400'],
  w_rfc_dnsname_underscore_in_trd: ['dns-underscore'],
  w_subject_given_name_recommended_max_length: ['given-name-long'],
  w_subject_surname_recommended_max_length: ['surname-long'],
};

const VERDICTS: Readonly<Record<Expectation['expected'], ZlintVerdict>> = {
  Error: 'error',
  Warn: 'warning',
  Notice: 'info',
  Pass: 'none',
  NA: 'none',
  NE: 'none',
};

/** Our verdict on every expectation. */
export function judgeZlint(): readonly ZlintCase[] {
  return expectations().map(({ lint: name, file, expected }) => ({
    id: `${name} ${file.replace('testdata/', '')}`,
    lint: name,
    expected: VERDICTS[expected],
    actual: verdictOf(file, new Set(RULES_OF[name])),
  }));
}

function verdictOf(file: string, rules: ReadonlySet<string>): ZlintVerdict {
  const [block] = parsePem(readFileSync(path(`zlint/${file}`)));
  const certificate = parseCertificate(block?.bytes ?? new Uint8Array());
  // The worst comes first
  return lint([{ certificate }], { only: rules })[0]?.rule.severity ?? 'none';
}

function expectations(): readonly Expectation[] {
  const manifest = JSON.parse(readFileSync(path('zlint/manifest.json'), 'utf8')) as {
    readonly expectations: readonly Expectation[];
  };
  return manifest.expectations;
}

function path(name: string): string {
  const found = corpus(name);
  if (!found) throw new Error(`${name} is not here: set MTLS_CORPORA to the folder of the suites`);
  return found;
}
