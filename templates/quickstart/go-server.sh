cat > server.go <<'GO'
package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
)

func main() {
	pem, _ := os.ReadFile("ca.crt")
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "hello", r.TLS.PeerCertificates[0].Subject.CommonName)
	})
	server := http.Server{Addr: "127.0.0.1:8443", TLSConfig: &tls.Config{
		ClientCAs: roots, ClientAuth: tls.RequireAndVerifyClientCert}}
	fmt.Println(server.ListenAndServeTLS("server.crt", "server.key"))
}
GO
go run server.go
