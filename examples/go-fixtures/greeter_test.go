// The greeter before its callers, and its callers before bad servers. The certificates come from
// `mtls fixtures`: none of them is kept in the repository.
package greeter

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const folder = "fixtures"

// An identity is a certificate with its key, and the CAs that the other side trusts.
type identity struct{ Cert, Key, CA string }

// What the index says of each fixture, as far as it matters here.
type fixture struct {
	Name, Kind, Reason, Host string
	// Who presents the certificate; the peer is the other side, always a healthy one
	Side  string
	Files struct {
		identity
		Peer identity
	}
	Expected struct{ Go string }
}

func fixtures(t *testing.T) []fixture {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "index.json"))
	if err != nil {
		t.Fatalf("%v: run mtls fixtures first", err)
	}
	var index struct{ Fixtures []fixture }
	if err := json.Unmarshal(text, &index); err != nil {
		t.Fatal(err)
	}
	return index.Fixtures
}

// load answers an error where Go does not even read what it is to present.
func (i identity) load() (tls.Certificate, error) {
	return tls.LoadX509KeyPair(filepath.Join(folder, i.Cert), filepath.Join(folder, i.Key))
}

func pool(t *testing.T, path string) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, path))
	if err != nil {
		t.Fatal(err)
	}
	certificates := x509.NewCertPool()
	certificates.AppendCertsFromPEM(text)
	return certificates
}

func healthy(t *testing.T, name string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	for _, found := range fixtures(t) {
		if found.Name == name {
			own, err := found.Files.load()
			if err != nil {
				t.Fatal(err)
			}
			return own, pool(t, found.Files.Peer.CA)
		}
	}
	t.Fatalf("the index has no %s", name)
	panic("unreachable")
}

func TestGreetsItsCaller(t *testing.T) {
	own, callers := healthy(t, "server")
	caller, servers := healthy(t, "client")
	server := httptest.NewUnstartedServer(http.HandlerFunc(Greet))
	server.TLS = ServerConfig(own, callers)
	server.StartTLS()
	defer server.Close()

	config := ClientConfig(caller, servers, "localhost")
	client := http.Client{Transport: &http.Transport{TLSClientConfig: config}}
	response, err := client.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); string(body) != "hello client" {
		t.Errorf("got %q", body)
	}
}

func TestZoo(t *testing.T) {
	for _, bad := range fixtures(t) {
		if bad.Kind != "bad" {
			continue
		}
		t.Run(bad.Name, func(t *testing.T) {
			own, err := bad.Files.load()
			if err == nil {
				err = meet(t, bad, own)
			}
			expect(t, err, bad.Expected.Go, bad.Reason)
		})
	}
}

// meet answers what the healthy side says of the other.
func meet(t *testing.T, bad fixture, own tls.Certificate) error {
	t.Helper()
	peer, err := bad.Files.Peer.load()
	if err != nil {
		t.Fatal(err)
	}
	trusts, trusted := pool(t, bad.Files.Peer.CA), pool(t, bad.Files.CA)
	if bad.Side == "server" {
		_, err = shakeHands(t, ServerConfig(own, trusts), ClientConfig(peer, trusted, bad.Host))
	} else {
		config := ClientConfig(own, trusts, "localhost")
		// By itself a client keeps back what the server is not going to like
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return &own, nil
		}
		err, _ = shakeHands(t, ServerConfig(peer, trusted), config)
	}
	return err
}

func expect(t *testing.T, err error, want, reason string) {
	t.Helper()
	switch {
	case want == "accepted":
		// What Go does not look at, such as revocation, is left to the service
		if err != nil {
			t.Errorf("refused, though %s: %v", reason, err)
		}
	case err == nil:
		t.Errorf("accepted, though %s", reason)
	case !strings.Contains(err.Error(), want):
		t.Errorf("got %q, want %q", err, want)
	}
}

// shakeHands answers what each side says of the other.
func shakeHands(t *testing.T, server, client *tls.Config) (ofClient, ofServer error) {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0", server)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	said := make(chan error, 1)
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			defer conn.Close()
			err = conn.(*tls.Conn).Handshake()
		}
		said <- err
	}()
	conn, ofServer := tls.Dial("tcp", listener.Addr().String(), client)
	if ofServer == nil {
		defer conn.Close()
	}
	return <-said, ofServer
}
