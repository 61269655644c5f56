// The same chains, judged by Go's crypto/x509: what a verification costs there.
//
//	go-bench verify FOLDER COUNT
//
// FOLDER holds root.der, intermediate.der and leaves.der, certificates one after the other. Prints
// microseconds: ParseCertificate and Verify for a fresh leaf with both pools prepared, and the bare
// signature checks of its chain.
package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"
)

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func read(folder, name string) [][]byte {
	rest, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		fail(err)
	}
	var found [][]byte
	for len(rest) > 0 {
		var raw asn1.RawValue
		if rest, err = asn1.Unmarshal(rest, &raw); err != nil {
			fail(err)
		}
		found = append(found, raw.FullBytes)
	}
	return found
}

func parse(der []byte) *x509.Certificate {
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		fail(err)
	}
	return certificate
}

func micros(start time.Time, count int) float64 {
	return float64(time.Since(start).Nanoseconds()) / 1000 / float64(count)
}

func verify(folder string, count int) {
	root := parse(read(folder, "root.der")[0])
	intermediate := parse(read(folder, "intermediate.der")[0])
	leaves := read(folder, "leaves.der")
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(root)
	intermediates.AddCert(intermediate)
	options := x509.VerifyOptions{
		Roots:         roots,
		Intermediates: intermediates,
		CurrentTime:   time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC),
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSName:       "api.example.org",
	}
	whole := func(from, to int) float64 {
		start := time.Now()
		for i := from; i < to; i++ {
			if _, err := parse(leaves[i%len(leaves)]).Verify(options); err != nil {
				fail(err)
			}
		}
		return micros(start, to-from)
	}
	parsed := make([]*x509.Certificate, len(leaves))
	for i, der := range leaves {
		parsed[i] = parse(der)
	}
	bare := func(from, to int) float64 {
		start := time.Now()
		for i := from; i < to; i++ {
			for _, link := range [][2]*x509.Certificate{
				{parsed[i%len(leaves)], intermediate}, {intermediate, root},
			} {
				digest := sha256.Sum256(link[0].RawTBSCertificate)
				key := link[1].PublicKey.(*ecdsa.PublicKey)
				if !ecdsa.VerifyASN1(key, digest[:], link[0].Signature) {
					fail(fmt.Errorf("bad signature"))
				}
			}
		}
		return micros(start, to-from)
	}
	whole(0, count/4)
	bare(0, count/4)
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"version": runtime.Version(),
		"whole":   whole(0, count),
		"bare":    bare(0, count),
	})
}

func main() {
	if len(os.Args) != 4 || os.Args[1] != "verify" {
		fail(fmt.Errorf("usage: go-bench verify FOLDER COUNT"))
	}
	count, err := strconv.Atoi(os.Args[3])
	if err != nil {
		fail(err)
	}
	verify(os.Args[2], count)
}
