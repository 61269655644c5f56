package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/consul/acl"
	"github.com/hashicorp/consul/agent/connect"
	"github.com/hashicorp/consul/agent/connect/ca"
	"github.com/hashicorp/consul/agent/structs"
	"github.com/hashicorp/go-hclog"
)

// What raft keeps of providers.
type store struct {
	states map[string]*structs.CAConsulProviderState
	serial uint64
}

func (s *store) ProviderState(id string) (*structs.CAConsulProviderState, error) {
	return s.states[id], nil
}

func (s *store) ApplyCARequest(request *structs.CARequest) (interface{}, error) {
	switch request.Op {
	case structs.CAOpSetProviderState:
		s.states[request.ProviderState.ID] = request.ProviderState
	case structs.CAOpDeleteProviderState:
		delete(s.states, request.ProviderState.ID)
	case structs.CAOpIncrementProviderSerialNumber:
		s.serial++
		return s.serial, nil
	default:
		return nil, fmt.Errorf("unknown operation %q", request.Op)
	}
	return true, nil
}

func newProvider(cluster string, primary bool, config map[string]interface{}) (*ca.ConsulProvider, error) {
	provider := ca.NewConsulProvider(
		&store{states: map[string]*structs.CAConsulProviderState{}}, hclog.NewNullLogger())
	return provider, provider.Configure(ca.ProviderConfig{
		ClusterID: cluster, Datacenter: "dc1", IsPrimary: primary, RawConfig: config,
	})
}

// A service's certificate from the provider, held against roots as a proxy does.
func serve(provider *ca.ConsulProvider, cluster string, roots string, through ...string) error {
	signer, _, err := connect.GeneratePrivateKey()
	if err != nil {
		return err
	}
	id := &connect.SpiffeIDService{
		Host:       connect.SpiffeIDSigningForCluster(cluster).Host(),
		Namespace:  acl.DefaultNamespaceName,
		Datacenter: "dc1",
		Service:    "web",
	}
	text, err := connect.CreateCSR(id, signer, nil, nil)
	if err != nil {
		return err
	}
	request, err := connect.ParseCSR(text)
	if err != nil {
		return err
	}
	signed, err := provider.Sign(request)
	if err != nil {
		return err
	}
	leaf, err := connect.ParseCert(signed)
	if err != nil {
		return err
	}
	options := x509.VerifyOptions{Roots: x509.NewCertPool(), Intermediates: x509.NewCertPool()}
	options.Roots.AppendCertsFromPEM([]byte(roots))
	for _, one := range through {
		options.Intermediates.AppendCertsFromPEM([]byte(one))
	}
	_, err = leaf.Verify(options)
	return err
}

// Another datacenter: its provider, and the certificate of its CA below the primary's.
func datacenter(primary *ca.ConsulProvider, cluster, root string) (*ca.ConsulProvider, string, error) {
	provider, err := newProvider(cluster, false, nil)
	if err != nil {
		return nil, "", err
	}
	text, _, err := provider.GenerateIntermediateCSR()
	if err != nil {
		return nil, "", err
	}
	request, err := connect.ParseCSR(text)
	if err != nil {
		return nil, "", err
	}
	signed, err := primary.SignIntermediate(request)
	if err != nil {
		return nil, "", err
	}
	return provider, signed, provider.SetIntermediate(signed, root, "")
}

// One provider takes over from another: services of both datacenters, before those who check them
// have heard of the new root.
func succeed(old, next *ca.ConsulProvider, cluster, oldRoot, nextRoot string) error {
	root, err := connect.ParseCert(nextRoot)
	if err != nil {
		return err
	}
	across, err := old.CrossSignCA(root)
	if err != nil {
		return err
	}
	if err := serve(next, cluster, oldRoot, across); err != nil {
		return err
	}
	other, signed, err := datacenter(next, cluster, nextRoot)
	if err != nil {
		return err
	}
	return serve(other, cluster, oldRoot, signed, across)
}

func connectCA(cluster, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var configuration structs.CAConfiguration
	if err := json.Unmarshal(data, &configuration); err != nil {
		return err
	}
	if configuration.Provider != structs.ConsulCAProvider {
		return fmt.Errorf("unknown CA provider %q", configuration.Provider)
	}
	primary, err := newProvider(cluster, true, configuration.Config)
	if err != nil {
		return err
	}
	chain, err := primary.GenerateCAChain()
	if err != nil {
		return err
	}
	root, err := connect.ParseCert(chain)
	if err != nil {
		return err
	}
	if _, _, err := connect.KeyInfoFromCert(root); err != nil {
		return err
	}
	// What stood there before, and what comes next: CAs of Consul's own making
	own, err := newProvider(cluster, true, nil)
	if err != nil {
		return err
	}
	ownRoot, err := own.GenerateCAChain()
	if err != nil {
		return err
	}
	if err := serve(primary, cluster, chain); err != nil {
		return err
	}
	other, signed, err := datacenter(primary, cluster, chain)
	if err != nil {
		return fmt.Errorf("alone: %w", err)
	}
	if err := serve(other, cluster, chain, signed); err != nil {
		return fmt.Errorf("alone: %w", err)
	}
	if err := succeed(own, primary, cluster, ownRoot, chain); err != nil {
		return fmt.Errorf("first: %w", err)
	}
	if err := succeed(primary, own, cluster, chain, ownRoot); err != nil {
		return fmt.Errorf("last: %w", err)
	}
	return nil
}
