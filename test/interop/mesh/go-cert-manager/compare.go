package main

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"time"

	apiutil "github.com/cert-manager/cert-manager/pkg/api/util"
	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	"github.com/cert-manager/cert-manager/pkg/util/pki"
)

func pemOf(label string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}

// Types and values in their order; which kind of string a value is written as is nobody's wish.
func subjectText(raw []byte) string {
	var sequence pkix.RDNSequence
	_, err := asn1.Unmarshal(raw, &sequence)
	check(err)
	var parts []string
	for _, relative := range sequence {
		var values []string
		for _, attribute := range relative {
			values = append(values, fmt.Sprintf("%s=%v", attribute.Type, attribute.Value))
		}
		slices.Sort(values)
		parts = append(parts, strings.Join(values, "+"))
	}
	return strings.Join(parts, ", ")
}

// The differences by the template that cert-manager makes of the Certificate, and by what it says of
// a request for the very certificate that is there.
func compare(certificate *cmapi.Certificate, folder string) []string {
	there, err := pki.DecodeX509CertificateBytes(read(folder, "tls.crt"))
	check(err)
	key, err := pki.DecodePrivateKeyBytes(read(folder, "tls.key"))
	check(err)
	mine, err := requestOf(certificate, key)
	check(err)
	template, err := pki.CertificateTemplateFromCertificateRequest(mine)
	check(err)

	var found []string
	differs := func(what string, wanted, have any) {
		if fmt.Sprint(wanted) != fmt.Sprint(have) {
			found = append(found, fmt.Sprintf("%s: %v, and it has %v", what, wanted, have))
		}
	}
	differs("subject", subjectText(template.RawSubject), subjectText(there.RawSubject))
	differs("DNS names", template.DNSNames, there.DNSNames)
	differs("addresses", template.IPAddresses, there.IPAddresses)
	differs("e-mail", template.EmailAddresses, there.EmailAddresses)
	differs("URIs", pki.URLsToString(template.URIs), pki.URLsToString(there.URIs))
	differs("key usage", apiutil.KeyUsageStrings(template.KeyUsage), apiutil.KeyUsageStrings(there.KeyUsage))
	differs("purposes", apiutil.ExtKeyUsageStrings(template.ExtKeyUsage), apiutil.ExtKeyUsageStrings(there.ExtKeyUsage))
	differs("CA", template.IsCA, there.IsCA)
	differs("key", pki.PrivateKeyMatchesSpec(key, certificate.Spec), []string{})

	der, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{
		RawSubject: there.RawSubject, DNSNames: there.DNSNames, IPAddresses: there.IPAddresses,
		EmailAddresses: there.EmailAddresses, URIs: there.URIs,
	}, key)
	check(err)
	theirs := &cmapi.CertificateRequest{Spec: cmapi.CertificateRequestSpec{
		Request:   pemOf("CERTIFICATE REQUEST", der),
		IsCA:      there.IsCA,
		Duration:  certificate.Spec.Duration,
		IssuerRef: certificate.Spec.IssuerRef,
		Usages:    append(apiutil.KeyUsageStrings(there.KeyUsage), apiutil.ExtKeyUsageStrings(there.ExtKeyUsage)...),
	}}
	spec := certificate.Spec
	// It compares octets, and kinds of strings with them; the order was compared above
	spec.LiteralSubject = ""
	if certificate.Spec.LiteralSubject != "" {
		spec.CommonName = there.Subject.CommonName
		spec.Subject = subjectOf(there.Subject)
	}
	violations, err := pki.RequestMatchesSpec(theirs, spec)
	check(err)
	return append(found, violations...)
}

func subjectOf(name pkix.Name) *cmapi.X509Subject {
	return &cmapi.X509Subject{
		Organizations: name.Organization, Countries: name.Country,
		OrganizationalUnits: name.OrganizationalUnit, Localities: name.Locality,
		Provinces: name.Province, StreetAddresses: name.StreetAddress,
		PostalCodes: name.PostalCode, SerialNumber: name.SerialNumber,
	}
}

// The order in which cert-manager's controller asks, with the functions of pki that it asks.
func trigger(certificate *cmapi.Certificate, folder, now string) string {
	at, err := time.Parse(time.RFC3339, now)
	check(err)
	key, err := pki.DecodePrivateKeyBytes(read(folder, "tls.key"))
	if err != nil {
		return "key"
	}
	there, err := pki.DecodeX509CertificateBytes(read(folder, "tls.crt"))
	if err != nil {
		return "certificate"
	}
	if equal, err := pki.PublicKeysEqual(there.PublicKey, key.Public()); err != nil || !equal {
		return "pair"
	}
	spec := certificate.Spec
	if violations := pki.PrivateKeyMatchesSpec(key, spec); len(violations) > 0 {
		return strings.Join(violations, " ")
	}
	//nolint:staticcheck // it is what the controller asks where no request is left
	if violations := pki.FuzzyX509AltNamesMatchSpec(there, spec); len(violations) > 0 {
		return strings.Join(violations, " ")
	}
	if spec.Renewal != nil && spec.Renewal.Policy == cmapi.CertificateRenewalPolicyDisabled {
		return "keeps"
	}
	renewal, err := pki.RenewalTime(there.NotBefore, there.NotAfter, spec.RenewBefore, spec.RenewBeforePercentage, spec.Renewal)
	check(err)
	if !renewal.After(at) {
		return "renewal"
	}
	return "keeps"
}
