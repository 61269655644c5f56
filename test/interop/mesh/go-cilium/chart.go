package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
)

// The templates by which the method "helm" issues.
var rooms = []string{"hubble/tls-helm", "clustermesh-apiserver/tls-helm"}

// Fills Cilium's own templates as Helm does, with what the cluster holds in one file.
func chart(folder, cluster, file string) error {
	held, err := readSecrets(file)
	if err != nil {
		return err
	}
	values := map[string]any{}
	text, err := os.ReadFile(filepath.Join(folder, "values.yaml"))
	if err == nil {
		err = yaml.Unmarshal(text, &values)
	}
	if err != nil {
		return err
	}
	for path, value := range map[string]any{
		"cluster.name":                    cluster,
		"hubble.relay.enabled":            true,
		"hubble.relay.tls.server.enabled": true,
		"hubble.ui.enabled":               true,
		"hubble.metrics.tls.enabled":      true,
		"clustermesh.useAPIServer":        true,
	} {
		set(values, strings.Split(path, "."), value)
	}
	all := template.New("cilium")
	all.Funcs(sprig.TxtFuncMap()).Funcs(template.FuncMap{
		"lookup": func(_, _, _, name string) map[string]any { return object(held[name]) },
		"toYaml": func(value any) (string, error) {
			text, err := yaml.Marshal(value)
			return strings.TrimSuffix(string(text), "\n"), err
		},
		"fromYamlArray": func(text string) ([]any, error) {
			var list []any
			return list, yaml.Unmarshal([]byte(text), &list)
		},
		"include": func(name string, data any) (string, error) {
			var out strings.Builder
			err := all.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
		"fromYaml": func(text string) (map[string]any, error) {
			var value map[string]any
			return value, yaml.Unmarshal([]byte(text), &value)
		},
		"required": func(_ string, value any) any { return value },
		"tpl":      func(text string, _ any) string { return text },
		"fromJson": func(text string) (map[string]any, error) {
			var value map[string]any
			return value, yaml.Unmarshal([]byte(text), &value)
		},
	})
	helpers := []string{"_helpers.tpl", "clustermesh-apiserver/_helpers.tpl"}
	for _, helper := range helpers {
		text, err := os.ReadFile(filepath.Join(folder, "templates", helper))
		if err != nil {
			return err
		}
		if _, err := all.New(helper).Parse(string(text)); err != nil {
			return err
		}
	}
	// The CA is set up once for all of them
	data := map[string]any{"Values": values, "Release": map[string]any{"Namespace": "kube-system"}}
	for _, room := range rooms {
		files, err := filepath.Glob(filepath.Join(folder, "templates", room, "*.yaml"))
		if err != nil {
			return err
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			one, err := all.New(file).Parse(string(text))
			if err != nil {
				return err
			}
			var out bytes.Buffer
			if err := one.Execute(&out, data); err != nil {
				return err
			}
			if made := strings.TrimSpace(out.String()); made != "" {
				fmt.Println("---\n" + strings.TrimPrefix(made, "---\n"))
			}
		}
	}
	return nil
}

func set(values map[string]any, path []string, value any) {
	for ; len(path) > 1; path = path[1:] {
		values = values[path[0]].(map[string]any)
	}
	values[path[0]] = value
}

// An object as the API server shows it to templates.
func object(held secret) map[string]any {
	if held == nil {
		return map[string]any{}
	}
	data := map[string]any{}
	for name, value := range held {
		data[name] = base64.StdEncoding.EncodeToString(value)
	}
	return map[string]any{"data": data}
}
