package main

import (
	"crypto/ecdsa"
	"crypto/tls"
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
	if _, err := os.Stat(filepath.Join(folder, "tls.crt")); err == nil {
		crt, key, anchors = "tls.crt", "tls.key", "ca.crt"
	}
	var files [3][]byte
	for index, name := range []string{crt, key, anchors} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		files[index] = data
	}
	if _, err := tls.X509KeyPair(files[0], files[1]); err != nil {
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
	roots, above := x509.NewCertPool(), x509.NewCertPool()
	for _, anchor := range trusted {
		if err := supported(anchor); err != nil {
			return err
		}
		roots.AddCert(anchor)
	}
	for _, certificate := range chain[1:] {
		above.AddCert(certificate)
	}
	issuer := chain[0]
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

// Every byte must belong to a block, or lie before one.
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

func supported(certificate *x509.Certificate) error {
	key, ok := certificate.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Params().BitSize != 256 {
		return errors.New("must use P-256 for public key")
	}
	if certificate.SignatureAlgorithm != x509.ECDSAWithSHA256 {
		return fmt.Errorf("must be signed by an ECDSA P-256 key, not %s", certificate.SignatureAlgorithm)
	}
	return nil
}
