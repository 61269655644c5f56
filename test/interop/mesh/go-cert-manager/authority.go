package main

import (
	"crypto"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"time"

	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	"github.com/cert-manager/cert-manager/pkg/util/pki"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type authority struct {
	certificates []*x509.Certificate
	key          crypto.Signer
}

// What the CA issuer reads when it is set up, and again when it signs: ca.crt counts as the last of
// the chain.
func authorityIn(folder string) (*authority, error) {
	certificates, err := pki.DecodeX509CertificateChainBytes(read(folder, "tls.crt"))
	if err != nil {
		return nil, err
	}
	key, err := pki.DecodePrivateKeyBytes(read(folder, "tls.key"))
	if err != nil {
		return nil, err
	}
	if !certificates[0].IsCA {
		return nil, errors.New("certificate is not a CA")
	}
	if roots := read(folder, "ca.crt"); len(roots) > 0 {
		root, err := pki.DecodeX509CertificateBytes(roots)
		if err != nil {
			return nil, err
		}
		certificates = append(certificates, root)
	}
	return &authority{certificates, key}, nil
}

func usual() *cmapi.Certificate {
	return &cmapi.Certificate{Spec: cmapi.CertificateSpec{
		SecretName: "api-tls",
		CommonName: "api.example.org",
		DNSNames:   []string{"api.example.org"},
		Duration:   &metav1.Duration{Duration: time.Hour},
		Usages:     []cmapi.KeyUsage{cmapi.UsageDigitalSignature, cmapi.UsageServerAuth, cmapi.UsageClientAuth},
		PrivateKey: &cmapi.CertificatePrivateKey{Algorithm: cmapi.ECDSAKeyAlgorithm, Size: 256},
	}}
}

// The request that cert-manager makes of a Certificate, in PEM.
func requestOf(certificate *cmapi.Certificate, key crypto.Signer) (*cmapi.CertificateRequest, error) {
	template, err := pki.GenerateCSR(certificate, pki.WithUseLiteralSubject(true))
	if err != nil {
		return nil, err
	}
	der, err := pki.EncodeCSR(template, key)
	if err != nil {
		return nil, err
	}
	return &cmapi.CertificateRequest{Spec: cmapi.CertificateRequestSpec{
		Duration:  certificate.Spec.Duration,
		IssuerRef: certificate.Spec.IssuerRef,
		Request:   pemOf("CERTIFICATE REQUEST", der),
		IsCA:      certificate.Spec.IsCA,
		Usages:    certificate.Spec.Usages,
	}}, nil
}

func (a *authority) sign(certificate *cmapi.Certificate, key crypto.Signer) (pki.PEMBundle, error) {
	request, err := requestOf(certificate, key)
	if err != nil {
		return pki.PEMBundle{}, err
	}
	template, err := pki.CertificateTemplateFromCertificateRequest(request)
	if err != nil {
		return pki.PEMBundle{}, err
	}
	return pki.SignCSRTemplate(a.certificates, a.key, template)
}

// Whether a peer believes what was issued, by the ca.crt that comes with it.
func believed(bundle pki.PEMBundle) error {
	chain, err := pki.DecodeX509CertificateChainBytes(bundle.ChainPEM)
	if err != nil {
		return err
	}
	roots, through := x509.NewCertPool(), x509.NewCertPool()
	roots.AppendCertsFromPEM(bundle.CAPEM)
	through.AppendCertsFromPEM(bundle.ChainPEM)
	for _, purpose := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
		_, err = chain[0].Verify(x509.VerifyOptions{
			Roots: roots, Intermediates: through, KeyUsages: []x509.ExtKeyUsage{purpose},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func load(folder string) string {
	authority, err := authorityIn(folder)
	if err != nil {
		return oneLine("refuses", err)
	}
	certificate := usual()
	key, err := pki.GeneratePrivateKeyForCertificate(certificate)
	if err != nil {
		return oneLine("refuses", err)
	}
	bundle, err := authority.sign(certificate, key)
	if err != nil {
		return oneLine("refuses", err)
	}
	if err := believed(bundle); err != nil {
		return oneLine("disbelieved", err)
	}
	return "loads"
}

func issue(authority *authority, certificate *cmapi.Certificate, out string) error {
	key, err := pki.GeneratePrivateKeyForCertificate(certificate)
	if err != nil {
		return err
	}
	bundle, err := authority.sign(certificate, key)
	if err != nil {
		return err
	}
	keyPEM, err := pki.EncodePrivateKey(key, cmapi.PKCS8)
	if err != nil {
		return err
	}
	files := map[string][]byte{"tls.crt": bundle.ChainPEM, "tls.key": keyPEM, "ca.crt": bundle.CAPEM}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(out, name), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}
