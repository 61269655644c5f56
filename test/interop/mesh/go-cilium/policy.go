package main

import (
	"errors"
	"log/slog"
	"os"

	crds "github.com/cilium/cilium/pkg/k8s/apis/cilium.io/client/crds/v2"
	"github.com/cilium/cilium/pkg/k8s/apis/cilium.io/utils"
	"github.com/cilium/cilium/pkg/policy/api"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	"sigs.k8s.io/yaml"
)

// As pkg/k8s/apis/cilium.io/v2 has it, whose package needs modules that cannot be had.
type networkPolicy struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              *api.Rule `json:"spec,omitempty"`
	Specs             api.Rules `json:"specs,omitempty"`
}

// The schema of the CRD that Cilium installs, as the API server holds objects to it.
func schema() (*spec.Schema, error) {
	text, err := crds.EmbedFS.ReadFile("ciliumnetworkpolicies.yaml")
	if err != nil {
		return nil, err
	}
	var crd struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema spec.Schema `json:"openAPIV3Schema"`
				}
			}
		}
	}
	if err := yaml.Unmarshal(text, &crd); err != nil {
		return nil, err
	}
	return &crd.Spec.Versions[0].Schema.OpenAPIV3Schema, nil
}

func policy(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	held, err := schema()
	if err != nil {
		return err
	}
	var plain any
	if err := yaml.Unmarshal(text, &plain); err != nil {
		return err
	}
	if err := validate.AgainstSchema(held, plain, strfmt.Default); err != nil {
		return err
	}
	var read networkPolicy
	if err := yaml.UnmarshalStrict(text, &read); err != nil {
		return err
	}
	rules := read.Specs
	if read.Spec != nil {
		rules = append(api.Rules{read.Spec}, rules...)
	}
	if len(rules) == 0 {
		return errors.New("no rules")
	}
	for _, rule := range rules {
		if err := rule.Sanitize(); err != nil {
			return err
		}
		namespace := read.Namespace
		if namespace == "" {
			namespace = "default"
		}
		made := utils.ParseToCiliumRule(slog.Default(), "default", namespace, read.Name, read.UID, rule)
		if err := demands(made); err != nil {
			return err
		}
	}
	return nil
}

// What is left in the rule that the agent enforces.
func demands(rule *api.Rule) error {
	for _, one := range rule.Ingress {
		if one.Authentication != nil && one.Authentication.Mode != api.AuthenticationModeDisabled {
			return nil
		}
	}
	for _, one := range rule.Egress {
		if one.Authentication != nil && one.Authentication.Mode != api.AuthenticationModeDisabled {
			return nil
		}
	}
	return errors.New("demands no authentication")
}
