package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// What SPIRE does with the files of UpstreamAuthority "disk", by the same calls of crypto/x509: load
// them, put a CA of its own below, and verify an SVID below that with go-spiffe before it starts.
// SPIRE's own packages cannot be had as a Go module from every proxy.
func disk(folder string) error {
	domain := spiffeid.RequireTrustDomainFromString("example.org")
	signer, chain, roots, err := loadUpstream(folder)
	if err != nil {
		return err
	}
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	above := chain[0]
	end := time.Now().Add(24 * time.Hour)
	if end.After(above.NotAfter) {
		end = above.NotAfter
	}
	minted, err := sign(&x509.Certificate{
		SerialNumber:          big.NewInt(2),
		Subject:               pkix.Name{Country: []string{"US"}, Organization: []string{"SPIFFE"}},
		URIs:                  []*url.URL{domain.ID().URL()},
		NotBefore:             time.Now().Add(-10 * time.Second),
		NotAfter:              end,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
	}, above, own.Public(), signer)
	if err != nil {
		return err
	}
	id, err := spiffeid.FromPath(domain, "/spire/throwaway")
	if err != nil {
		return err
	}
	svid, err := sign(&x509.Certificate{
		SerialNumber: big.NewInt(1),
		URIs:         []*url.URL{id.URL()},
		NotBefore:    minted.NotBefore,
		NotAfter:     minted.NotAfter,
	}, minted, own.Public(), own)
	if err != nil {
		return err
	}
	_, _, err = x509svid.Verify(
		append([]*x509.Certificate{svid, minted}, chain...),
		x509bundle.FromX509Authorities(domain, roots))
	if err != nil {
		return fmt.Errorf("X509 CA produced an invalid X509-SVID chain: %w", err)
	}
	return nil
}

func sign(template, parent *x509.Certificate, key crypto.PublicKey, signer crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key, signer)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func loadUpstream(folder string) (crypto.Signer, []*x509.Certificate, []*x509.Certificate, error) {
	keys, err := blocks(filepath.Join(folder, "upstream.key"), "PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY")
	if err != nil {
		return nil, nil, nil, err
	}
	if len(keys) != 1 {
		return nil, nil, nil, fmt.Errorf("expected 1 PEM blocks; got %d", len(keys))
	}
	chain, err := certificates(filepath.Join(folder, "upstream.crt"))
	if err != nil {
		return nil, nil, nil, err
	}
	bundle := filepath.Join(folder, "bundle.crt")
	through, roots := chain, chain
	if _, err := os.Stat(bundle); err != nil {
		if len(chain) != 1 {
			return nil, nil, nil, errors.New("with no bundle_file_path configured only self-signed CAs are supported")
		}
		through = nil
	} else if roots, err = certificates(bundle); err != nil {
		return nil, nil, nil, err
	}
	signer, err := matching(keys[0], chain[0].PublicKey)
	if err != nil {
		return nil, nil, nil, err
	}
	_, err = chain[0].Verify(x509.VerifyOptions{Intermediates: pool(through), Roots: pool(roots)})
	return signer, chain, roots, err
}

// Keys of two kinds are compared, and no other is taken.
func matching(key any, public crypto.PublicKey) (crypto.Signer, error) {
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if key.PublicKey.Equal(public) {
			return key, nil
		}
	case *ecdsa.PrivateKey:
		if key.PublicKey.Equal(public) {
			return key, nil
		}
	default:
		return nil, fmt.Errorf("unsupported private key type %T", key)
	}
	return nil, errors.New("certificate and private key does not match")
}

func pool(certificates []*x509.Certificate) *x509.CertPool {
	all := x509.NewCertPool()
	for _, one := range certificates {
		all.AddCert(one)
	}
	return all
}

func certificates(path string) ([]*x509.Certificate, error) {
	objects, err := blocks(path, "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	var found []*x509.Certificate
	for _, object := range objects {
		found = append(found, object.(*x509.Certificate))
	}
	return found, nil
}

// Every block must be of one of the types; what stands around the blocks is passed over.
func blocks(path string, types ...string) ([]any, error) {
	rest, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var found []any
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			if len(found) == 0 {
				return nil, errors.New("no PEM blocks")
			}
			return found, nil
		}
		if !slices.Contains(types, block.Type) {
			return nil, fmt.Errorf("expected block type %q; got %q", types, block.Type)
		}
		var object any
		switch block.Type {
		case "CERTIFICATE":
			object, err = x509.ParseCertificate(block.Bytes)
		case "RSA PRIVATE KEY":
			object, err = x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			object, err = x509.ParseECPrivateKey(block.Bytes)
		default:
			object, err = x509.ParsePKCS8PrivateKey(block.Bytes)
		}
		if err != nil {
			return nil, err
		}
		found = append(found, object)
	}
}
