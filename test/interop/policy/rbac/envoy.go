package main

import (
	"crypto/x509"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"net/url"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	rbacpb "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	rbachttp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	mtls "github.com/envoyproxy/go-control-plane/envoy/extensions/rbac/principals/mtls_authenticated/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/grpc/internal/xds/rbac"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"sigs.k8s.io/yaml"
)

// The filters of our export for Envoy, by its own types: no field that they do not have, and every
// rule that they state for their values.
func envoyFilters(text string) ([]*rbacpb.RBAC, error) {
	data, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		return nil, err
	}
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, err
	}
	var filters []*rbacpb.RBAC
	for _, one := range list {
		rules, err := httpFilter(one)
		if err != nil {
			return nil, err
		}
		filters = append(filters, rules)
	}
	return filters, nil
}

// An HTTP filter is a name and a configuration, as TypedExtensionConfig is.
func httpFilter(data []byte) (*rbacpb.RBAC, error) {
	filter := &core.TypedExtensionConfig{}
	if err := protojson.Unmarshal(data, filter); err != nil {
		return nil, err
	}
	if err := filter.ValidateAll(); err != nil {
		return nil, err
	}
	config := &rbachttp.RBAC{}
	if err := filter.GetTypedConfig().UnmarshalTo(config); err != nil {
		return nil, err
	}
	if err := config.ValidateAll(); err != nil {
		return nil, err
	}
	if config.GetRules() == nil {
		return nil, fmt.Errorf("a filter without rules lets everything pass")
	}
	for _, policy := range config.GetRules().GetPolicies() {
		for _, one := range policy.GetPrincipals() {
			if err := eachCustom(one, compiles); err != nil {
				return nil, err
			}
		}
	}
	// Every expression compiles
	settled, err := forCaller([]*rbacpb.RBAC{config.GetRules()}, &x509.Certificate{})
	if err != nil {
		return nil, err
	}
	_, err = rbac.NewChainEngine(settled, "")
	return config.GetRules(), err
}

func compiles(config *mtls.Config) error {
	san := config.GetSanMatcher()
	if san == nil {
		return nil
	}
	_, err := rbac.NewChainEngine([]*rbacpb.RBAC{onlyFor(san.GetMatcher())}, "")
	return err
}

// Calls back with every principal that is an extension of Envoy's.
func eachCustom(principal *rbacpb.Principal, found func(*mtls.Config) error) error {
	switch id := principal.GetIdentifier().(type) {
	case *rbacpb.Principal_AndIds:
		for _, one := range id.AndIds.GetIds() {
			if err := eachCustom(one, found); err != nil {
				return err
			}
		}
	case *rbacpb.Principal_Any:
	case *rbacpb.Principal_Custom:
		config := &mtls.Config{}
		if err := id.Custom.GetTypedConfig().UnmarshalTo(config); err != nil {
			return err
		}
		if err := config.ValidateAll(); err != nil {
			return err
		}
		san := config.GetSanMatcher()
		if san == nil && !config.GetAnyValidatedClientCertificate() {
			return fmt.Errorf("a principal that asks for nothing")
		}
		if san.GetSanType() == tls.SubjectAltNameMatcher_DNS && san.GetMatcher().GetExact() != "" {
			return fmt.Errorf("exact lets a certificate's wildcard be the DNS name %s", san.GetMatcher().GetExact())
		}
		return found(config)
	default:
		return fmt.Errorf("a principal that is not looked for: %T", id)
	}
	return nil
}

// gRPC's engine has no such extension: each is asked of it alone, by the names of its kind, and what
// it says stands in its place.
func forCaller(filters []*rbacpb.RBAC, caller *x509.Certificate) ([]*rbacpb.RBAC, error) {
	var made []*rbacpb.RBAC
	for _, filter := range filters {
		own := proto.Clone(filter).(*rbacpb.RBAC)
		for _, policy := range own.GetPolicies() {
			for _, one := range policy.GetPrincipals() {
				if err := settle(one, caller); err != nil {
					return nil, err
				}
			}
		}
		made = append(made, own)
	}
	return made, nil
}

func settle(principal *rbacpb.Principal, caller *x509.Certificate) error {
	switch id := principal.GetIdentifier().(type) {
	case *rbacpb.Principal_AndIds:
		for _, one := range id.AndIds.GetIds() {
			if err := settle(one, caller); err != nil {
				return err
			}
		}
	case *rbacpb.Principal_Custom:
		is := true
		err := eachCustom(principal, func(config *mtls.Config) error {
			if san := config.GetSanMatcher(); san != nil {
				names, err := namesOf(caller, san.GetSanType())
				if err != nil || names == nil {
					is = false
					return err
				}
				is, err = decide([]*rbacpb.RBAC{onlyFor(san.GetMatcher())}, names, "GET", "/")
				return err
			}
			return nil
		})
		if err != nil {
			return err
		}
		everybody := &rbacpb.Principal{Identifier: &rbacpb.Principal_Any{Any: true}}
		principal.Identifier = everybody.Identifier
		if !is {
			principal.Identifier = &rbacpb.Principal_NotId{NotId: everybody}
		}
	}
	return nil
}

func onlyFor(name *matcher.StringMatcher) *rbacpb.RBAC {
	authenticated := &rbacpb.Principal_Authenticated{PrincipalName: name}
	return &rbacpb.RBAC{Action: rbacpb.RBAC_ALLOW, Policies: map[string]*rbacpb.Policy{"one": {
		Permissions: []*rbacpb.Permission{{Rule: &rbacpb.Permission_Any{Any: true}}},
		Principals:  []*rbacpb.Principal{{Identifier: &rbacpb.Principal_Authenticated_{Authenticated: authenticated}}},
	}}}
}

// A certificate with the names of one kind alone, each as its octets are; nil where it has none.
func namesOf(certificate *x509.Certificate, kind tls.SubjectAltNameMatcher_SanType) (*x509.Certificate, error) {
	only := &x509.Certificate{}
	for _, extension := range certificate.Extensions {
		if extension.Id.String() != "2.5.29.17" {
			continue
		}
		var list asn1.RawValue
		if _, err := asn1.Unmarshal(extension.Value, &list); err != nil {
			return nil, err
		}
		for rest := list.Bytes; len(rest) > 0; {
			var name asn1.RawValue
			var err error
			if rest, err = asn1.Unmarshal(rest, &name); err != nil {
				return nil, err
			}
			switch {
			case name.Tag == 2 && kind == tls.SubjectAltNameMatcher_DNS:
				only.DNSNames = append(only.DNSNames, string(name.Bytes))
			case name.Tag == 6 && kind == tls.SubjectAltNameMatcher_URI:
				only.URIs = append(only.URIs, &url.URL{Opaque: string(name.Bytes)})
			}
		}
	}
	if len(only.DNSNames)+len(only.URIs) == 0 {
		return nil, nil
	}
	return only, nil
}
