package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

// crl CRL ISSUER: checks the signature of a list, and prints its number, its next update and the
// serial numbers on it with their reasons.
func crl(args []string) {
	block, _ := pem.Decode(read(args[0]))
	list, err := x509.ParseRevocationList(block.Bytes)
	if err != nil {
		fail(err)
	}
	block, _ = pem.Decode(read(args[1]))
	issuer, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		fail(err)
	}
	if err := list.CheckSignatureFrom(issuer); err != nil {
		fail(err)
	}
	fmt.Printf("number %d\n", list.Number)
	for _, entry := range list.RevokedCertificateEntries {
		fmt.Printf("%040x %d\n", entry.SerialNumber, entry.ReasonCode)
	}
}
