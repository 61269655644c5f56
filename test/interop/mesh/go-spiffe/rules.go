package main

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/spiffebundle"
	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// The library: an SVID of svid.pem and svid_key.pem, by bundle.json or bundle.pem.
func svid(folder string) error {
	in := func(name string) string { return filepath.Join(folder, name) }
	one, err := x509svid.Load(in("svid.pem"), in("svid_key.pem"))
	if err != nil {
		return err
	}
	domain := one.ID.TrustDomain()
	var source x509bundle.Source
	if _, missing := os.Stat(in("bundle.json")); missing == nil {
		source, err = spiffebundle.Load(domain, in("bundle.json"))
	} else {
		source, err = x509bundle.Load(domain, in("bundle.pem"))
	}
	if err != nil {
		return err
	}
	_, _, err = x509svid.Verify(one.Certificates, source)
	return err
}

// The standard, where the library is milder: X509-SVID §3 and §4.
func svidRules(folder string) error {
	chain, err := certificates(filepath.Join(folder, "svid.pem"))
	if err != nil {
		return err
	}
	leaf := chain[0]
	if len(leaf.URIs) != 1 {
		return fmt.Errorf("%d URI SANs", len(leaf.URIs))
	}
	id, err := spiffeid.FromURI(leaf.URIs[0])
	if err != nil {
		return err
	}
	if id.Path() == "" {
		return errors.New("a SPIFFE ID without a path")
	}
	if leaf.IsCA {
		return errors.New("CA")
	}
	if leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0 || leaf.KeyUsage&(x509.KeyUsageCertSign|x509.KeyUsageCRLSign) != 0 {
		return errors.New("key usage of a leaf")
	}
	stated := len(leaf.ExtKeyUsage)+len(leaf.UnknownExtKeyUsage) > 0
	both := slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageServerAuth) &&
		slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageClientAuth)
	if stated && !both {
		return errors.New("extended key usage of one side")
	}
	if len(leaf.Subject.Names) == 0 && !critical(leaf, 17) {
		return errors.New("no subject, and names that are not critical")
	}
	for _, one := range chain {
		if !critical(one, 15) {
			return errors.New("key usage is not critical")
		}
	}
	for _, one := range chain[1:] {
		if err := signs(one); err != nil {
			return err
		}
	}
	return nil
}

// Whether the extension 2.5.29.NUMBER is marked critical.
func critical(certificate *x509.Certificate, number int) bool {
	return slices.ContainsFunc(certificate.Extensions, func(one pkix.Extension) bool {
		return one.Critical && one.Id.Equal(asn1.ObjectIdentifier{2, 5, 29, number})
	})
}

// X509-SVID §3.2, §4.1, §4.3.
func signs(certificate *x509.Certificate) error {
	if !certificate.IsCA || certificate.KeyUsage&x509.KeyUsageCertSign == 0 {
		return errors.New("no signing certificate")
	}
	if len(certificate.URIs) == 0 {
		return nil
	}
	id, err := x509svid.IDFromCert(certificate)
	if err != nil {
		return err
	}
	if id.Path() != "" {
		return errors.New("a signing certificate with a path in its SPIFFE ID")
	}
	return nil
}

// The library.
func bundle(path string) error {
	_, err := spiffebundle.Load(spiffeid.RequireTrustDomainFromString("example.org"), path)
	return err
}

// The standard, where the library is milder: SPIFFE Trust Domain and Bundle §4, X509-SVID §6.1, and
// what would have nobody believed.
func bundleRules(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var set struct {
		Keys []map[string]any `json:"keys"`
		Hint *json.Number     `json:"spiffe_refresh_hint"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return err
	}
	if set.Hint != nil && (*set.Hint)[0] == '-' {
		return errors.New("a negative refresh hint")
	}
	kids := map[any]bool{}
	living, roots := 0, 0
	for _, key := range set.Keys {
		if key["d"] != nil || key["k"] != nil {
			return errors.New("a private key")
		}
		switch use := key["use"]; use {
		case nil, "", "X509-SVID", "X509-svid", "JWT-SVID":
			return fmt.Errorf("use %v", use)
		case "jwt-svid":
			if kids[key["kid"]] {
				return errors.New("a kid twice")
			}
			kids[key["kid"]] = true
		}
	}
	library, err := spiffebundle.Parse(spiffeid.RequireTrustDomainFromString("example.org"), text)
	if err != nil {
		return err
	}
	for _, root := range library.X509Authorities() {
		roots++
		if err := signs(root); err != nil {
			return err
		}
		if id, err := x509svid.IDFromCert(root); err == nil && id.TrustDomain() != library.TrustDomain() {
			return errors.New("a root of another trust domain")
		}
		if now := time.Now(); !now.Before(root.NotBefore) && !now.After(root.NotAfter) {
			living++
		}
	}
	if roots > 0 && living == 0 {
		return errors.New("no root that is valid now")
	}
	return nil
}
