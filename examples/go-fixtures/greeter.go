// Package greeter is a service that knows its callers by their certificates.
package greeter

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
)

// ServerConfig lets in only callers with a certificate of the given CAs.
func ServerConfig(own tls.Certificate, callers *x509.CertPool) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{own},
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ClientCAs:    callers,
	}
}

// ClientConfig believes only servers of the given CAs that bear the name they are called by.
func ClientConfig(own tls.Certificate, servers *x509.CertPool, host string) *tls.Config {
	return &tls.Config{
		Certificates: []tls.Certificate{own},
		RootCAs:      servers,
		ServerName:   host,
	}
}

// Greet answers with the name that the handshake has proven.
func Greet(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "hello %s", r.TLS.PeerCertificates[0].Subject.CommonName)
}
