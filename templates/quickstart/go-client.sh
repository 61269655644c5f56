cat > client.go <<'GO'
package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"os"
)

func main() {
	pem, _ := os.ReadFile("ca.crt")
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	pair, err := tls.LoadX509KeyPair("client.crt", "client.key")
	if err != nil {
		panic(err)
	}
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs: roots, Certificates: []tls.Certificate{pair}}}}
	answer, err := client.Get("https://localhost:8443/")
	if err != nil {
		panic(err)
	}
	io.Copy(os.Stdout, answer.Body)
}
GO
go run client.go
