package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/consul/tlsutil"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/hcl"
)

// The one block of a name, as Consul's own reader of HCL has it; nothing else may stand in it.
func block(from map[string]interface{}, name string, keys ...string) (map[string]interface{}, error) {
	list, ok := from[name].([]map[string]interface{})
	if !ok || len(list) != 1 {
		return nil, fmt.Errorf("no block %s", name)
	}
	for key := range list[0] {
		if !slices.Contains(keys, key) {
			return nil, fmt.Errorf("%s: invalid config key %s", name, key)
		}
	}
	return list[0], nil
}

// What the settings of an agent say of TLS.
func read(text string, role string) (tlsutil.ProtocolConfig, error) {
	var config tlsutil.ProtocolConfig
	var all map[string]interface{}
	if err := hcl.Decode(&all, text); err != nil {
		return config, err
	}
	tls, err := block(all, "tls", "defaults", "internal_rpc")
	if err != nil {
		return config, err
	}
	defaults, err := block(tls, "defaults", "ca_file", "cert_file", "key_file", "verify_incoming", "verify_outgoing")
	if err != nil {
		return config, err
	}
	rpc, err := block(tls, "internal_rpc", "verify_server_hostname")
	if err != nil {
		return config, err
	}
	config.CAFile, _ = defaults["ca_file"].(string)
	config.CertFile, _ = defaults["cert_file"].(string)
	config.KeyFile, _ = defaults["key_file"].(string)
	config.VerifyIncoming = defaults["verify_incoming"] == true
	config.VerifyOutgoing = defaults["verify_outgoing"] == true
	config.VerifyServerHostname = rpc["verify_server_hostname"] == true
	if !config.VerifyIncoming || !config.VerifyOutgoing || !config.VerifyServerHostname {
		return config, errors.New("the settings leave something unchecked")
	}
	if role == "server" {
		given, err := block(all, "auto_encrypt", "allow_tls")
		if err != nil || given["allow_tls"] != true {
			return config, errors.New("clients get no certificates")
		}
	}
	return config, nil
}

// An agent of the role, by the settings beside its certificate, or by those of Consul's guide.
func agent(folder, role string, index int) (*tlsutil.Configurator, string, string, error) {
	found, err := filepath.Glob(filepath.Join(folder, fmt.Sprintf("*-%s-*-%d.pem", role, index)))
	if err != nil || len(found) != 1 {
		return nil, "", "", fmt.Errorf("%d files of %s %d", len(found), role, index)
	}
	certificate := found[0]
	stem := strings.TrimSuffix(certificate, ".pem")
	dc, rest, _ := strings.Cut(filepath.Base(stem), "-"+role+"-")
	domain := rest[:strings.LastIndex(rest, "-")]
	config := tlsutil.Config{ServerMode: role == "server", Domain: domain + ".", InternalRPC: tlsutil.ProtocolConfig{
		CAFile:               filepath.Join(folder, domain+"-agent-ca.pem"),
		CertFile:             certificate,
		KeyFile:              stem + "-key.pem",
		VerifyIncoming:       true,
		VerifyOutgoing:       true,
		VerifyServerHostname: true,
	}}
	if text, err := os.ReadFile(stem + ".hcl"); err == nil {
		config.InternalRPC, err = read(string(text), role)
		if err != nil {
			return nil, "", "", err
		}
	}
	configurator, err := tlsutil.NewConfigurator(config, hclog.NewNullLogger())
	return configurator, dc, domain, err
}

// Listens as a server does, and says of one connection whether it came from a server.
func listen(server *tlsutil.Configurator, dc string) (string, <-chan error, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	done := make(chan error, 1)
	go func() {
		defer listener.Close()
		raw, err := listener.Accept()
		if err != nil {
			done <- err
			return
		}
		defer raw.Close()
		conn := tls.Server(raw, server.IncomingRPCConfig())
		if err := conn.Handshake(); err != nil {
			done <- err
			return
		}
		_, err = conn.Write([]byte("x"))
		if err == nil {
			err = server.AuthorizeServerConn(dc, conn)
		}
		done <- err
	}()
	return listener.Addr().String(), done, nil
}

// Dials by the agent's own wrapper. The first error is of the connection; the second says that it
// is not a server's.
func dial(from, to *tlsutil.Configurator, dc string) (error, error) {
	address, done, err := listen(to, dc)
	if err != nil {
		return err, nil
	}
	raw, err := net.Dial("tcp", address)
	if err != nil {
		return err, nil
	}
	conn, err := from.OutgoingRPCWrapper()(dc, raw)
	if err != nil {
		raw.Close()
		<-done
		return err, nil
	}
	defer conn.Close()
	// In TLS 1.3 the server judges after the client is through
	if _, err = conn.Read(make([]byte, 1)); err != nil {
		raw.Close()
		return errors.Join(err, <-done), nil
	}
	return nil, <-done
}

func agents(folder string) error {
	server, dc, _, err := agent(folder, "server", 0)
	if err != nil {
		return err
	}
	if failed, stranger := dial(server, server, dc); failed != nil {
		return fmt.Errorf("server to server: %w", failed)
	} else if stranger != nil {
		return stranger
	}
	if found, _ := filepath.Glob(filepath.Join(folder, "*-client-*-0.pem")); len(found) == 0 {
		return nil
	}
	client, _, _, err := agent(folder, "client", 0)
	if err != nil {
		return err
	}
	failed, stranger := dial(client, server, dc)
	if failed != nil {
		return fmt.Errorf("client to server: %w", failed)
	}
	if stranger == nil {
		return errors.New("the client may act as a server")
	}
	return nil
}
