// Makes certificates of any shape with crypto/x509: specs as JSON on stdin, PEM as JSON on stdout.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"strings"
	"time"
)

type spec struct {
	Name, Subject, By, Key, KeyOf string
	From, To                      time.Time
	CA                            bool
	PathLen                       *int
	EKU, DNS, IP, URI, Permit     []string
}

type made struct {
	Cert string `json:"cert"`
	Key  string `json:"key"`
	x509 *x509.Certificate
	key  crypto.Signer
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func newKey(kind string) crypto.Signer {
	var key crypto.Signer
	var err error
	switch kind {
	case "ed25519":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	case "rsa-2048":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	default:
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	}
	check(err)
	return key
}

func subject(text string) pkix.Name {
	var name pkix.Name
	for _, part := range strings.Split(strings.TrimPrefix(text, "/"), "/") {
		kind, value, _ := strings.Cut(part, "=")
		switch kind {
		case "CN":
			name.CommonName = value
		case "O":
			name.Organization = []string{value}
		case "C":
			name.Country = []string{value}
		}
	}
	return name
}

var purposes = map[string]x509.ExtKeyUsage{
	"serverAuth": x509.ExtKeyUsageServerAuth, "clientAuth": x509.ExtKeyUsageClientAuth,
	"codeSigning": x509.ExtKeyUsageCodeSigning,
}

func main() {
	var specs []spec
	check(json.NewDecoder(os.Stdin).Decode(&specs))
	all := map[string]*made{}
	for _, one := range specs {
		serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
		check(err)
		template := &x509.Certificate{
			SerialNumber: serial, Subject: subject(one.Subject), NotBefore: one.From, NotAfter: one.To,
			BasicConstraintsValid: true, IsCA: one.CA, MaxPathLen: -1, DNSNames: one.DNS,
			PermittedDNSDomains: one.Permit, PermittedDNSDomainsCritical: len(one.Permit) > 0,
			KeyUsage: x509.KeyUsageDigitalSignature,
		}
		if one.CA {
			template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
		}
		if one.PathLen != nil {
			template.MaxPathLen, template.MaxPathLenZero = *one.PathLen, *one.PathLen == 0
		}
		for _, name := range one.EKU {
			template.ExtKeyUsage = append(template.ExtKeyUsage, purposes[name])
		}
		for _, text := range one.IP {
			template.IPAddresses = append(template.IPAddresses, net.ParseIP(text))
		}
		for _, text := range one.URI {
			parsed, err := url.Parse(text)
			check(err)
			template.URIs = append(template.URIs, parsed)
		}
		key := newKey(one.Key)
		if one.KeyOf != "" {
			key = all[one.KeyOf].key
		}
		parent, signer := template, key
		if one.By != "" {
			parent, signer = all[one.By].x509, all[one.By].key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
		check(err)
		certificate, err := x509.ParseCertificate(der)
		check(err)
		pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
		check(err)
		all[one.Name] = &made{
			Cert: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
			Key:  string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})),
			x509: certificate, key: key,
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(all))
}
