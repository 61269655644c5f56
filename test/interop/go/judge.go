package main

import (
	"bufio"
	"crypto/x509"
	"encoding/json"
	"os"
	"runtime"
	"time"
)

// One chain to be judged; certificates in DER.
type question struct {
	Leaf      []byte    `json:"leaf"`
	Anchors   [][]byte  `json:"anchors"`
	Untrusted [][]byte  `json:"untrusted"`
	At        time.Time `json:"at"`
	Purpose   string    `json:"purpose"`
	Name      string    `json:"name"`
}

// The answer: empty where the chain is good.
type answer struct {
	Fault string `json:"fault"`
}

func poolOf(certificates [][]byte) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, der := range certificates {
		// One that cannot be read is of no use; the chain may do without.
		if certificate, err := x509.ParseCertificate(der); err == nil {
			pool.AddCert(certificate)
		}
	}
	return pool
}

func answerTo(asked question) answer {
	leaf, err := x509.ParseCertificate(asked.Leaf)
	if err != nil {
		return answer{err.Error()}
	}
	purposes := map[string]x509.ExtKeyUsage{
		"server": x509.ExtKeyUsageServerAuth,
		"client": x509.ExtKeyUsageClientAuth,
		"any":    x509.ExtKeyUsageAny,
	}
	_, err = leaf.Verify(x509.VerifyOptions{
		DNSName:       asked.Name,
		Roots:         poolOf(asked.Anchors),
		Intermediates: poolOf(asked.Untrusted),
		CurrentTime:   asked.At,
		KeyUsages:     []x509.ExtKeyUsage{purposes[asked.Purpose]},
	})
	if err != nil {
		return answer{err.Error()}
	}
	return answer{}
}

// judge answers one question a line; the first line is the version of Go.
func judge() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.Encode(runtime.Version())
	decoder := json.NewDecoder(bufio.NewReader(os.Stdin))
	for decoder.More() {
		var asked question
		if err := decoder.Decode(&asked); err != nil {
			fail(err)
		}
		encoder.Encode(answerTo(asked))
	}
}
