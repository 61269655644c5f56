package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net"
	"os"
	"runtime"
	"time"
)

// One bad certificate with its healthy peer, all in PEM.
type zooCase struct {
	Cert    string    `json:"cert"`
	Key     string    `json:"key"`
	Ca      string    `json:"ca"`
	Side    string    `json:"side"`
	Host    string    `json:"host"`
	At      time.Time `json:"at"`
	Loading bool      `json:"loading"`
	Peer    struct {
		Cert string `json:"cert"`
		Key  string `json:"key"`
		Ca   string `json:"ca"`
	} `json:"peer"`
}

// presented holds the bytes as they are: tls.X509KeyPair would not take bad ones.
func presented(asked zooCase) (tls.Certificate, error) {
	var pair tls.Certificate
	rest := []byte(asked.Cert)
	for {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		pair.Certificate = append(pair.Certificate, block.Bytes)
	}
	block, _ := pem.Decode([]byte(asked.Key))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		// Of a curve that Go does not have: any key will do, the verdict comes before it is used
		return pair, anyKey(&pair)
	}
	pair.PrivateKey = key
	return pair, nil
}

func anyKey(pair *tls.Certificate) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	pair.PrivateKey = key
	return err
}

func rootsOf(pems string) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(pems))
	return pool
}

// tryHandshake answers what the healthy side says of the other one.
func tryHandshake(asked zooCase) error {
	if asked.Loading {
		_, err := tls.X509KeyPair([]byte(asked.Cert), []byte(asked.Key))
		return err
	}
	bad, err := presented(asked)
	if err != nil {
		return err
	}
	good, err := tls.X509KeyPair([]byte(asked.Peer.Cert), []byte(asked.Peer.Key))
	if err != nil {
		return err
	}
	// What the bad side trusts is all one: only the healthy side is asked
	mine := &tls.Config{InsecureSkipVerify: true, ClientAuth: tls.RequireAnyClientCert}
	theirs := &tls.Config{
		Certificates: []tls.Certificate{good},
		RootCAs:      rootsOf(asked.Ca),
		ClientCAs:    rootsOf(asked.Ca),
		ClientAuth:   tls.RequireAndVerifyClientCert,
		ServerName:   asked.Host,
		Time:         func() time.Time { return asked.At },
	}
	near, far := net.Pipe()
	deadline := time.Now().Add(5 * time.Second)
	near.SetDeadline(deadline)
	far.SetDeadline(deadline)
	defer near.Close()
	if asked.Side == "server" {
		mine.Certificates = []tls.Certificate{bad}
		go tls.Server(far, mine).Handshake()
		return tls.Client(near, theirs).Handshake()
	}
	mine.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		return &bad, nil
	}
	go func() {
		client := tls.Client(far, mine)
		if client.Handshake() == nil {
			// In TLS 1.3 the server's verdict comes afterwards
			client.Read(make([]byte, 1))
		}
		far.Close()
	}()
	return tls.Server(near, theirs).Handshake()
}

// zoo answers one case a line; the first line is the version of Go.
func zoo() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.Encode(runtime.Version())
	decoder := json.NewDecoder(bufio.NewReader(os.Stdin))
	for decoder.More() {
		var asked zooCase
		if err := decoder.Decode(&asked); err != nil {
			fail(err)
		}
		says := "accepted"
		if err := tryHandshake(asked); err != nil {
			says = err.Error()
		}
		encoder.Encode(says)
	}
}
