// What Cilium's own code, and Go as Hubble uses it, make of our manifests.
//
//	cilium policy FILE...          (a line for each: "takes", or why it is refused)
//	cilium hubble CLUSTER FILE...  (the Secrets of each shake hands as Hubble's parts do)
//	cilium chart CHART CLUSTER FILE (prints what Cilium's chart issues with the Secret cilium-ca)
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

func main() {
	args := os.Args[2:]
	switch os.Args[1] {
	case "policy":
		for _, file := range args {
			say("takes", policy(file))
		}
	case "hubble":
		for _, file := range args[1:] {
			secrets, err := readSecrets(file)
			if err == nil {
				err = handshakes(args[0], secrets)
			}
			say("works", err)
		}
	case "chart":
		if err := chart(args[0], args[1], args[2]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func say(well string, err error) {
	if err == nil {
		fmt.Println(well)
		return
	}
	fmt.Println("refuses:", strings.ReplaceAll(err.Error(), "\n", " "))
}

// The values of a Secret, decoded.
type secret map[string][]byte

// The Secrets and ConfigMaps of a stream, by name.
func readSecrets(file string) (map[string]secret, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	secrets := map[string]secret{}
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var kind struct {
			Kind     string
			Metadata struct{ Name string }
		}
		if err := yaml.Unmarshal(document, &kind); err != nil {
			return nil, err
		}
		if kind.Kind == "ConfigMap" {
			var held struct{ Data map[string]string }
			if err := yaml.Unmarshal(document, &held); err != nil {
				return nil, err
			}
			values := secret{}
			for name, value := range held.Data {
				values[name] = []byte(value)
			}
			secrets[kind.Metadata.Name] = values
			continue
		}
		var held struct{ Data map[string][]byte }
		if err := yaml.Unmarshal(document, &held); err != nil {
			return nil, err
		}
		secrets[kind.Metadata.Name] = held.Data
	}
	if len(secrets) == 0 {
		return nil, errors.New("no Secret")
	}
	return secrets, nil
}
