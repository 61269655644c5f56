// Decides on requests by policies for Envoy and Istio, with code of these systems: Envoy's types and
// their rules, Istio's validation and matchers, and the RBAC engine of gRPC, which reads what Envoy
// reads.
//
// Asked in JSON on standard input, it answers in JSON: for each policy why it is none (or ""), and for
// each case whether it is allowed.
package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"

	rbacpb "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	"google.golang.org/protobuf/proto"
	"istio.io/istio/pkg/log"
)

type asked struct {
	Policies []struct{ Target, Text, TrustDomain string }
	// In DER.
	Callers [][]byte
	Cases   []struct {
		Policy, Caller int
		Method, Path   string
	}
}

type answer struct {
	Faults    []string
	Decisions []bool
}

func run() error {
	var given asked
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		return err
	}
	said := answer{Faults: []string{}, Decisions: []bool{}}
	callers := make([]*x509.Certificate, len(given.Callers))
	for at, der := range given.Callers {
		var err error
		if callers[at], err = x509.ParseCertificate(der); err != nil {
			return fmt.Errorf("caller %d: %w", at, err)
		}
	}
	policies := make([][]*rbacpb.RBAC, len(given.Policies))
	for at, policy := range given.Policies {
		var err error
		if policy.Target == "envoy" {
			policies[at], err = envoyFilters(policy.Text)
		} else {
			policies[at], err = istioFilters(policy.Text, policy.TrustDomain)
		}
		fault := ""
		if err != nil {
			fault = err.Error()
		}
		said.Faults = append(said.Faults, fault)
	}
	for _, one := range given.Cases {
		filters, caller := policies[one.Policy], callers[one.Caller]
		own := make([]*rbacpb.RBAC, len(filters))
		for at, filter := range filters {
			own[at] = proto.Clone(filter).(*rbacpb.RBAC)
		}
		if given.Policies[one.Policy].Target == "envoy" {
			var err error
			if own, err = forCaller(own, caller); err != nil {
				return err
			}
		}
		allow, err := decide(own, caller, one.Method, one.Path)
		if err != nil {
			return err
		}
		said.Decisions = append(said.Decisions, allow && len(own) > 0)
	}
	return json.NewEncoder(os.Stdout).Encode(said)
}

func main() {
	// Istio tells standard output of other trust domains
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
