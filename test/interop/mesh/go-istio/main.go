// Loads plugged-in CAs with istiod's own code.
//
//	go-istio FOLDER...   (a line for each: "loads", or why it does not)
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"istio.io/istio/security/pkg/pki/util"
)

// Files that istiod need not find are empty.
func read(folder string, names ...string) []byte {
	var all []byte
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err == nil {
			all = append(all, data...)
		}
	}
	return all
}

func load(folder string) error {
	certificate, key, roots := "ca-cert.pem", "ca-key.pem", "root-cert.pem"
	chain := []string{"cert-chain.pem"}
	// istiod prefers this form as soon as there is a tls.crt
	if _, err := os.Stat(filepath.Join(folder, "tls.crt")); err == nil {
		certificate, key, roots = "tls.crt", "tls.key", "ca.crt"
		chain = []string{certificate, roots}
	}
	var lists []byte
	if certificate == "ca-cert.pem" {
		lists = read(folder, "ca-crl.pem")
	}
	bundle, err := util.NewVerifiedKeyCertBundleFromPem(
		read(folder, certificate), read(folder, key), read(folder, chain...),
		read(folder, roots), lists)
	if err != nil {
		return err
	}
	// What security/pkg/pki/ca looks at besides; that package needs all of Kubernetes' client
	if signing, _, _, _ := bundle.GetAll(); !signing.IsCA {
		return errors.New("certificate is not authorized to sign other certificates")
	}
	sent := bundle.GetCertChainPem()
	if len(sent) == 0 {
		return nil
	}
	left, err := util.TimeBeforeCertExpires(sent, time.Now())
	if err == nil && left <= 0 {
		err = errors.New("cert chain has expired")
	}
	return err
}

func main() {
	for _, folder := range os.Args[1:] {
		if err := load(folder); err != nil {
			fmt.Println("refuses:", strings.ReplaceAll(err.Error(), "\n", " "))
			continue
		}
		fmt.Println("loads")
	}
}
