package main

import (
	"encoding/json"
	"fmt"
	"strings"

	rbacpb "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1alpha3"
	security "istio.io/api/security/v1beta1"
	"istio.io/istio/pilot/pkg/security/authz/matcher"
	"istio.io/istio/pilot/pkg/security/trustdomain"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/validation"
	"istio.io/istio/pkg/spiffe"
	"sigs.k8s.io/yaml"
)

type object struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Metadata   metadataOf      `json:"metadata"`
	Spec       json.RawMessage `json:"spec"`
}

type metadataOf struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels"`
}

// What becomes of a stream of Istio's objects in Envoy: refusals first, then allowances.
func istioFilters(text, trustDomain string) ([]*rbacpb.RBAC, error) {
	var first, deny, allow []*rbacpb.RBAC
	for _, document := range strings.Split(text, "\n---\n") {
		var one object
		if err := yaml.UnmarshalStrict([]byte(document), &one); err != nil {
			return nil, err
		}
		switch one.APIVersion + " " + one.Kind {
		case "networking.istio.io/v1alpha3 EnvoyFilter":
			patches, err := envoyFilter(one)
			if err != nil {
				return nil, err
			}
			first = append(first, patches...)
		case "security.istio.io/v1 AuthorizationPolicy":
			made, err := authorization(one, trustDomain)
			if err != nil {
				return nil, err
			}
			if made.GetAction() == rbacpb.RBAC_DENY {
				deny = append(deny, made)
			} else {
				allow = append(allow, made)
			}
		case "security.istio.io/v1 PeerAuthentication":
			if err := peerAuthentication(one); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("an object that is not looked for: %s %s", one.APIVersion, one.Kind)
		}
	}
	return append(append(first, deny...), allow...), nil
}

// Istio's own validation, on a specification without a field that it does not have.
func validated(one object, spec proto.Message, validate validation.ValidateFunc) error {
	if err := protojson.Unmarshal(one.Spec, spec); err != nil {
		return err
	}
	meta := config.Meta{Name: one.Metadata.Name, Namespace: one.Metadata.Namespace, Labels: one.Metadata.Labels}
	warning, err := validate(config.Config{Meta: meta, Spec: spec})
	if err != nil {
		return err
	}
	// What is refused by path and method is refused of streams that have neither, too
	if warning != nil && !strings.Contains(warning.Error(), "will deny all traffic to TCP ports") {
		return warning
	}
	return nil
}

func peerAuthentication(one object) error {
	return validated(one, &security.PeerAuthentication{}, validation.ValidatePeerAuthentication)
}

func authorization(one object, trustDomain string) (*rbacpb.RBAC, error) {
	spec := &security.AuthorizationPolicy{}
	if err := validated(one, spec, validation.ValidateAuthorizationPolicy); err != nil {
		return nil, err
	}
	made := &rbacpb.RBAC{Policies: map[string]*rbacpb.Policy{}}
	switch spec.GetAction() {
	case security.AuthorizationPolicy_ALLOW:
		made.Action = rbacpb.RBAC_ALLOW
	case security.AuthorizationPolicy_DENY:
		made.Action = rbacpb.RBAC_DENY
	default:
		return nil, fmt.Errorf("action %v", spec.GetAction())
	}
	for at, rule := range spec.GetRules() {
		policy, err := ofRule(rule, trustdomain.NewBundle(trustDomain, nil))
		if err != nil {
			return nil, err
		}
		made.Policies[fmt.Sprint(at)] = policy
	}
	return made, made.ValidateAll()
}

// One matcher of Istio's own for each value; values of a field are alternatives, fields are not.
func ofRule(rule *security.Rule, domains trustdomain.Bundle) (*rbacpb.Policy, error) {
	policy := &rbacpb.Policy{}
	if len(rule.GetFrom()) == 0 || len(rule.GetTo()) == 0 || len(rule.GetWhen()) > 0 {
		return nil, fmt.Errorf("a rule of another form")
	}
	for _, from := range rule.GetFrom() {
		principals := from.GetSource().GetPrincipals()
		if !proto.Equal(from.GetSource(), &security.Source{Principals: principals}) {
			return nil, fmt.Errorf("a source that goes by more than principals")
		}
		var ids []*rbacpb.Principal
		for _, name := range domains.ReplaceTrustDomainAliases(principals) {
			only := onlyFor(matcher.StringMatcherWithPrefix(name, spiffe.URIPrefix))
			ids = append(ids, only.GetPolicies()["one"].GetPrincipals()...)
		}
		policy.Principals = append(policy.Principals, &rbacpb.Principal{
			Identifier: &rbacpb.Principal_OrIds{OrIds: &rbacpb.Principal_Set{Ids: ids}},
		})
	}
	for _, to := range rule.GetTo() {
		operation := to.GetOperation()
		methods, paths := operation.GetMethods(), operation.GetPaths()
		if !proto.Equal(operation, &security.Operation{Methods: methods, Paths: paths}) {
			return nil, fmt.Errorf("an operation that goes by more than methods and paths")
		}
		var onMethods, onPaths []*rbacpb.Permission
		for _, method := range methods {
			header := matcher.HeaderMatcher(":method", method)
			onMethods = append(onMethods, &rbacpb.Permission{Rule: &rbacpb.Permission_Header{Header: header}})
		}
		for _, path := range paths {
			urlPath := matcher.PathMatcher(path)
			onPaths = append(onPaths, &rbacpb.Permission{Rule: &rbacpb.Permission_UrlPath{UrlPath: urlPath}})
		}
		var all []*rbacpb.Permission
		for _, some := range [][]*rbacpb.Permission{onMethods, onPaths} {
			if len(some) > 0 {
				set := &rbacpb.Permission_Set{Rules: some}
				all = append(all, &rbacpb.Permission{Rule: &rbacpb.Permission_OrRules{OrRules: set}})
			}
		}
		policy.Permissions = append(policy.Permissions, &rbacpb.Permission{
			Rule: &rbacpb.Permission_AndRules{AndRules: &rbacpb.Permission_Set{Rules: all}},
		})
	}
	return policy, nil
}

// A filter of Envoy's that Istio puts before its own, on what comes in.
func envoyFilter(one object) ([]*rbacpb.RBAC, error) {
	spec := &networking.EnvoyFilter{}
	if err := protojson.Unmarshal(one.Spec, spec); err != nil {
		return nil, err
	}
	if _, err := validation.ValidateAlphaWorkloadSelector(spec.GetWorkloadSelector()); err != nil {
		return nil, err
	}
	inbound := false
	var made []*rbacpb.RBAC
	for _, patch := range spec.GetConfigPatches() {
		if patch.GetApplyTo() != networking.EnvoyFilter_HTTP_FILTER ||
			patch.GetPatch().GetOperation() != networking.EnvoyFilter_Patch_INSERT_FIRST ||
			patch.GetMatch().GetObjectTypes() != nil || patch.GetMatch().GetProxy() != nil {
			return nil, fmt.Errorf("a patch of another form")
		}
		inbound = inbound || patch.GetMatch().GetContext() == networking.EnvoyFilter_SIDECAR_INBOUND
		value, err := protojson.Marshal(patch.GetPatch().GetValue())
		if err != nil {
			return nil, err
		}
		rules, err := httpFilter(value)
		if err != nil {
			return nil, err
		}
		made = append(made, rules)
	}
	if !inbound {
		return nil, fmt.Errorf("no patch for what comes in")
	}
	return made, nil
}
