package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// Who calls whom, by which names.
type call struct {
	server, client string
	names          []string
	// The user that etcd knows the client by.
	user string
}

func calls(cluster string) []call {
	// As TLSServerName writes it
	label := strings.ReplaceAll(cluster, ".", "-")
	etcd := []string{"clustermesh-apiserver.kube-system.svc", label + ".mesh.cilium.io"}
	mesh := "clustermesh-apiserver-server-cert"
	return []call{
		{"hubble-server-certs", "hubble-relay-client-certs", []string{
			"node-1." + label + ".hubble-grpc.cilium.io",
			"hubble-peer." + label + ".hubble-grpc.cilium.io",
		}, ""},
		{"hubble-relay-server-certs", "hubble-ui-client-certs", []string{"ui.hubble-relay.cilium.io"}, ""},
		{"hubble-metrics-server-certs", "hubble-metrics-server-certs", []string{label + ".hubble-metrics.cilium.io"}, "-"},
		{mesh, "clustermesh-apiserver-admin-cert", etcd, "admin-" + cluster},
		{mesh, "clustermesh-apiserver-remote-cert", etcd, "remote"},
		{mesh, "clustermesh-apiserver-local-cert", etcd, "local-" + cluster},
	}
}

func handshakes(cluster string, secrets map[string]secret) error {
	tried := 0
	for _, one := range calls(cluster) {
		server, client := secrets[one.server], secrets[one.client]
		if server == nil || client == nil {
			continue
		}
		tried++
		for _, name := range one.names {
			err := one.shake(server, client, secrets["cilium-root-ca.crt"], name)
			if err != nil {
				return fmt.Errorf("%s to %s as %s: %w", one.client, one.server, name, err)
			}
		}
	}
	if tried == 0 {
		return errors.New("nobody to shake hands")
	}
	return nil
}

func (one call) shake(server, client, bundle secret, name string) error {
	// caBundle mounts the same file for all
	if bundle == nil {
		bundle = secret{}
	}
	serverRoots, clientRoots := bundle["ca.crt"], bundle["ca.crt"]
	if serverRoots == nil {
		serverRoots, clientRoots = server["ca.crt"], client["ca.crt"]
	}
	serverPair, err := tls.X509KeyPair(server["tls.crt"], server["tls.key"])
	if err != nil {
		return err
	}
	config := &tls.Config{
		Certificates: []tls.Certificate{serverPair},
		MinVersion:   tls.VersionTLS13,
		NextProtos:   []string{"h2"},
	}
	asker := &tls.Config{ServerName: name, MinVersion: tls.VersionTLS13, NextProtos: []string{"h2"}}
	if asker.RootCAs, err = pool(clientRoots); err != nil {
		return err
	}
	// Metrics are read by whoever trusts the server
	if one.user != "-" {
		pair, err := tls.X509KeyPair(client["tls.crt"], client["tls.key"])
		if err != nil {
			return err
		}
		asker.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &pair, nil
		}
		config.ClientAuth = tls.RequireAndVerifyClientCert
		if config.ClientCAs, err = pool(serverRoots); err != nil {
			return err
		}
	}
	user, err := talk(config, asker)
	if err != nil {
		return err
	}
	if one.user != "" && one.user != "-" && user != one.user {
		return fmt.Errorf("etcd knows no user %q", user)
	}
	return nil
}

func pool(pem []byte) (*x509.CertPool, error) {
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return nil, errors.New("no CA in ca.crt: must be PEM encoded")
	}
	return roots, nil
}

// Both sides of one connection; answers the client's common name.
func talk(server, client *tls.Config) (string, error) {
	near, far := net.Pipe()
	deadline := time.Now().Add(10 * time.Second)
	near.SetDeadline(deadline)
	far.SetDeadline(deadline)
	heard := make(chan error, 1)
	user := ""
	go func() {
		defer far.Close()
		side := tls.Server(far, server)
		err := side.Handshake()
		if err == nil {
			if chain := side.ConnectionState().PeerCertificates; len(chain) > 0 {
				user = chain[0].Subject.CommonName
			}
			_, err = side.Write([]byte("h"))
		}
		heard <- err
	}()
	side := tls.Client(near, client)
	err := side.Handshake()
	if err == nil {
		// In TLS 1.3 the client is judged after it thinks that it is in
		_, err = io.ReadFull(side, make([]byte, 1))
	}
	near.Close()
	if other := <-heard; err == nil || errors.Is(err, io.EOF) {
		err = errors.Join(other, err)
	}
	return user, err
}
