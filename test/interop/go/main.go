// A second opinion in Go: verifies chains with crypto/x509, and speaks mutual TLS both ways.
//
//	go-peer verify ROOTS CHAIN server|client [NAME]
//	go-peer serve  CERT KEY ROOTS [TLSv1.2]  (prints the port, answers until stdin closes)
//	go-peer dial   CERT KEY ROOTS ADDRESS NAME  (- for no certificate)
//	go-peer forge  CERT KEY ROOTS ADDRESS NAME  (the same with a key that may be another's)
//	go-peer judge                            (chains as JSON on stdin, an answer a line)
//	go-peer crl CRL ISSUER                   (checks its signature, prints number and serials)
//	go-peer linkerd FOLDER...                (issuers and anchors, an answer a line)
//	go-peer zoo                              (bad certificates as JSON on stdin, an answer a line)
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
)

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func read(path string) []byte {
	data, err := os.ReadFile(path)
	if err != nil {
		fail(err)
	}
	return data
}

func pool(path string) *x509.CertPool {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(read(path)) {
		fail(fmt.Errorf("no certificate in %s", path))
	}
	return roots
}

func verify(args []string) {
	rest := read(args[1])
	var chain []*x509.Certificate
	for {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			fail(err)
		}
		chain = append(chain, certificate)
	}
	intermediates := x509.NewCertPool()
	for _, certificate := range chain[1:] {
		intermediates.AddCert(certificate)
	}
	usage := x509.ExtKeyUsageServerAuth
	if args[2] == "client" {
		usage = x509.ExtKeyUsageClientAuth
	}
	options := x509.VerifyOptions{
		Roots: pool(args[0]), Intermediates: intermediates, KeyUsages: []x509.ExtKeyUsage{usage},
	}
	if len(args) > 3 {
		options.DNSName = args[3]
	}
	if _, err := chain[0].Verify(options); err != nil {
		fail(err)
	}
	fmt.Println("ok")
}

func pair(cert, key string) tls.Certificate {
	certificate, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		fail(err)
	}
	return certificate
}

func serve(args []string) {
	config := &tls.Config{
		Certificates: []tls.Certificate{pair(args[0], args[1])},
		ClientCAs:    pool(args[2]),
		ClientAuth:   tls.RequireAndVerifyClientCert,
	}
	if len(args) > 3 && args[3] == "TLSv1.2" {
		config.MaxVersion = tls.VersionTLS12
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		fail(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		connection, err := listener.Accept()
		if err != nil {
			fail(err)
		}
		go func() {
			defer connection.Close()
			if err := connection.(*tls.Conn).Handshake(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return
			}
			leaf := connection.(*tls.Conn).ConnectionState().PeerCertificates[0]
			fmt.Fprintf(connection, "hello %s\n", leaf.Subject.CommonName)
		}()
	}
}

// No program offers this by itself: they look whether key and certificate fit.
func unchecked(cert, key string) tls.Certificate {
	block, _ := pem.Decode(read(cert))
	keyBlock, _ := pem.Decode(read(key))
	if block == nil || keyBlock == nil {
		fail(fmt.Errorf("no PEM in %s or %s", cert, key))
	}
	private, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		fail(err)
	}
	return tls.Certificate{Certificate: [][]byte{block.Bytes}, PrivateKey: private}
}

func dial(args []string, load func(cert, key string) tls.Certificate) {
	var own []tls.Certificate
	if args[0] != "-" {
		own = append(own, load(args[0], args[1]))
	}
	connection, err := tls.Dial("tcp", args[3], &tls.Config{
		Certificates: own,
		RootCAs:      pool(args[2]),
		ServerName:   args[4],
	})
	if err != nil {
		fail(err)
	}
	defer connection.Close()
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil && err != io.EOF {
		fail(err)
	}
	fmt.Print(line)
}

func main() {
	switch os.Args[1] {
	case "verify":
		verify(os.Args[2:])
	case "serve":
		serve(os.Args[2:])
	case "dial":
		dial(os.Args[2:], pair)
	case "forge":
		dial(os.Args[2:], unchecked)
	case "judge":
		judge()
	case "crl":
		crl(os.Args[2:])
	case "linkerd":
		linkerd(os.Args[2:])
	case "zoo":
		zoo()
	default:
		fail(fmt.Errorf("unknown command %s", os.Args[1]))
	}
}
