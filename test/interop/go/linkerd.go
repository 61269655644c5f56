package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// What Linkerd's identity controller and "linkerd check" demand of an issuer and its anchors, by
// the same calls of crypto/x509: its own package has no version that Go can fetch.
func linkerd(folders []string) {
	for _, folder := range folders {
		if err := loadIssuer(folder); err != nil {
			fmt.Println("refuses:", err)
			continue
		}
		fmt.Println("loads")
	}
}

func loadIssuer(folder string) error {
	crt, key, anchors := "crt.pem", "key.pem", "ca-bundle.crt"
	if exists(folder, "tls.crt") {
		crt, key = "tls.crt", "tls.key"
		// The ConfigMap, where there is one: "linkerd check" reads those of the Secret
		if !exists(folder, anchors) {
			anchors = "ca.crt"
		}
	}
	var files [3][]byte
	for index, name := range []string{crt, key, anchors} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		files[index] = data
	}
	own, err := firstKey(files[1])
	if err != nil {
		return err
	}
	chain, err := toTheLastByte(files[0])
	if err != nil {
		return err
	}
	trusted, err := toTheLastByte(files[2])
	if err != nil {
		return err
	}
	issuer := chain[0]
	if !issuer.PublicKey.(interface{ Equal(crypto.PublicKey) bool }).Equal(own.Public()) {
		return errors.New("public and private key do not match")
	}
	roots, above := x509.NewCertPool(), x509.NewCertPool()
	for _, anchor := range trusted {
		if err := supportedAnchor(anchor); err != nil {
			return err
		}
		if now := time.Now(); now.Before(anchor.NotBefore) || now.After(anchor.NotAfter) {
			return errors.New("anchors not within their validity period")
		}
		roots.AddCert(anchor)
	}
	for _, certificate := range chain[1:] {
		above.AddCert(certificate)
	}
	if err := supported(issuer); err != nil {
		return err
	}
	if !issuer.IsCA {
		return errors.New("issuer cert is not a CA")
	}
	_, err = issuer.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: above, CurrentTime: time.Time{},
	})
	return err
}

func exists(folder, name string) bool {
	_, err := os.Stat(filepath.Join(folder, name))
	return err == nil
}

// The key is the first block, whatever that is.
func firstKey(data []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("not PEM-encoded")
	}
	var key any
	var err error
	switch block.Type {
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	default:
		err = fmt.Errorf("unsupported block type: %q", block.Type)
	}
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("not a key that signs")
	}
	return signer, nil
}

// Every byte must belong to a block, or lie before one; what is no certificate ends it.
func toTheLastByte(data []byte) ([]*x509.Certificate, error) {
	var found []*x509.Certificate
	for len(data) > 0 {
		block, rest := pem.Decode(data)
		if block == nil {
			return nil, errors.New("not a PEM certificate")
		}
		if block.Type != "CERTIFICATE" {
			break
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		found, data = append(found, certificate), rest
	}
	if len(found) == 0 {
		return nil, errors.New("no certificates found")
	}
	return found, nil
}

// Anchors may be RSA too, of two sizes.
func supportedAnchor(certificate *x509.Certificate) error {
	key, ok := certificate.PublicKey.(*rsa.PublicKey)
	if !ok {
		return supported(certificate)
	}
	if bits := key.N.BitLen(); bits != 2048 && bits != 4096 {
		return fmt.Errorf("must use a key of 2048 or 4096 bits, not %d", bits)
	}
	if certificate.SignatureAlgorithm != x509.SHA256WithRSA {
		return fmt.Errorf("must be signed with SHA-256, not %s", certificate.SignatureAlgorithm)
	}
	return nil
}

func supported(certificate *x509.Certificate) error {
	key, ok := certificate.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Params().BitSize != 256 {
		return errors.New("must use P-256 for public key")
	}
	switch certificate.SignatureAlgorithm {
	case x509.ECDSAWithSHA256, x509.SHA256WithRSA:
		return nil
	}
	return fmt.Errorf("must be signed with SHA-256, not %s", certificate.SignatureAlgorithm)
}
