// Judges manifests by the code of the systems that they are for: decoded strictly into their own Go
// types, with their defaults, and by their own validators and CRDs.
//
//	go-kinds CRDS FILE...
//
// CRDS are files or folders of CustomResourceDefinitions, separated by commas. For each document of
// the files comes a line of JSON: its file, its kind, its name, what is wrong with it, and what its
// system would warn of.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

type verdict struct {
	File     string   `json:"file"`
	Kind     string   `json:"kind"`
	Name     string   `json:"name"`
	Wrong    []string `json:"wrong"`
	Warnings []string `json:"warnings"`
}

// document is one object: as it was written, and as every kind has it.
type document struct {
	text   []byte
	kind   schema.GroupVersionKind
	object *unstructured.Unstructured
}

func read(text []byte) (document, error) {
	found := document{text: text, object: &unstructured.Unstructured{}}
	asJSON, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return found, err
	}
	if err := found.object.UnmarshalJSON(asJSON); err != nil {
		return found, err
	}
	found.kind = found.object.GroupVersionKind()
	return found, nil
}

// strictly decodes into the Go type of a kind, where the scheme has one.
func (d document) strictly(scheme *runtime.Scheme) (runtime.Object, error) {
	options := serializer.SerializerOptions{Yaml: true, Strict: true}
	decoder := serializer.NewSerializerWithOptions(serializer.DefaultMetaFactory, scheme, scheme, options)
	decoded, _, err := decoder.Decode(d.text, nil, nil)
	return decoded, err
}

func judge(text []byte, crds definitions) verdict {
	found, err := read(text)
	said := verdict{
		Kind:     found.kind.GroupVersion().String() + "/" + found.kind.Kind,
		Warnings: []string{},
	}
	if err != nil {
		said.Wrong = []string{err.Error()}
		return said
	}
	said.Name = found.object.GetName()
	switch {
	case builtIn.Recognizes(found.kind):
		said.Wrong = judgeBuiltIn(found)
	case crds[found.kind] != nil:
		wrong, warnings := judgeBySystem(found)
		said.Wrong = append(judgeCustom(found, crds[found.kind]), wrong...)
		said.Warnings = append(said.Warnings, warnings...)
	default:
		said.Wrong = []string{"nobody here knows " + found.kind.String()}
	}
	return said
}

func main() {
	crds, err := readDefinitions(strings.Split(os.Args[1], ","))
	exitOn(err)
	out := json.NewEncoder(os.Stdout)
	for _, path := range os.Args[2:] {
		text, err := os.ReadFile(path)
		exitOn(err)
		exitOn(eachDocument(text, func(one []byte) error {
			said := judge(one, crds)
			said.File = path
			return out.Encode(said)
		}))
	}
}

// eachDocument passes over those that hold nothing but comments.
func eachDocument(text []byte, visit func([]byte) error) error {
	documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		one, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if asJSON, err := yaml.YAMLToJSON(one); err == nil && string(asJSON) == "null" {
			continue
		}
		if err := visit(one); err != nil {
			return err
		}
	}
}

func exitOn(err error) {
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
}
