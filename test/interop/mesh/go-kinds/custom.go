package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	crdinstall "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/install"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	crdvalidation "k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// definition is what the API server makes of one version of a CRD.
type definition struct {
	clusterWide bool
	structure   *structuralschema.Structural
	schema      crdvalidation.SchemaValidator
	rules       *cel.Validator
}

type definitions map[schema.GroupVersionKind]*definition

func readDefinitions(places []string) (definitions, error) {
	scheme := runtime.NewScheme()
	crdinstall.Install(scheme)
	found := definitions{}
	for _, place := range places {
		err := filepath.Walk(place, func(path string, info os.FileInfo, err error) error {
			if err != nil || info.IsDir() || !strings.HasSuffix(path, ".yaml") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return eachDocument(text, func(one []byte) error { return found.add(scheme, one) })
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (d definitions) add(scheme *runtime.Scheme, text []byte) error {
	var versioned apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(text, &versioned); err != nil {
		return err
	}
	if versioned.Kind != "CustomResourceDefinition" {
		return nil
	}
	scheme.Default(&versioned)
	var crd apiextensions.CustomResourceDefinition
	if err := scheme.Convert(&versioned, &crd, nil); err != nil {
		return err
	}
	for _, version := range crd.Spec.Versions {
		spec, err := apiextensions.GetSchemaForVersion(&crd, version.Name)
		if err != nil {
			return err
		}
		structure, err := structuralschema.NewStructural(spec.OpenAPIV3Schema)
		if err != nil {
			return err
		}
		validator, _, err := crdvalidation.NewSchemaValidator(spec.OpenAPIV3Schema)
		if err != nil {
			return err
		}
		kind := schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
		d[kind] = &definition{
			clusterWide: crd.Spec.Scope == apiextensions.ClusterScoped,
			structure:   structure,
			schema:      validator,
			rules:       cel.NewValidator(structure, true, celconfig.PerCallLimit),
		}
	}
	return nil
}

// judgeCustom does what the API server does when a custom resource is created: unknown fields,
// defaults, metadata, schema, lists that are sets or maps, rules in CEL.
func judgeCustom(given document, by *definition) []string {
	object := given.object.DeepCopy()
	if !inNamespace(object, by.clusterWide) {
		return []string{"metadata.namespace: the kind stands in no namespace"}
	}
	var wrong field.ErrorList
	options := structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	for _, path := range pruning.PruneWithOptions(object.Object, by.structure, true, options) {
		wrong = append(wrong, field.Invalid(field.NewPath(path), nil, "unknown field"))
	}
	defaulting.Default(object.Object, by.structure)
	metadata := field.NewPath("metadata")
	wrong = append(wrong, validation.ValidateObjectMetaAccessor(object, !by.clusterWide, validation.NameIsDNSSubdomain, metadata)...)
	wrong = append(wrong, crdvalidation.ValidateCustomResource(nil, object.Object, by.schema)...)
	wrong = append(wrong, listtype.ValidateListSetsAndMaps(nil, by.structure, object.Object)...)
	if len(wrong) == 0 && by.rules != nil {
		broken, _ := by.rules.Validate(context.Background(), nil, by.structure, object.Object, nil, celconfig.RuntimeCELCostBudget)
		wrong = append(wrong, broken...)
	}
	return textsOf(wrong)
}
