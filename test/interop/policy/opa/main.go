// OPA as a peer: reads policies, their tests and questions in JSON, and answers each.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/open-policy-agent/opa/v1/rego"
)

type asked struct {
	Policies []struct{ Rego, Tests string }
	Cases    []struct {
		Policy int
		Input  map[string]any
	}
}

type answer struct {
	Decisions []any
	// What each policy's tests say, by their names.
	Tests []any
}

func evaluate(query string, input any, modules ...string) (any, error) {
	options := []func(*rego.Rego){rego.Query(query), rego.Input(input)}
	for at, module := range modules {
		options = append(options, rego.Module(fmt.Sprintf("m%d.rego", at), module))
	}
	found, err := rego.New(options...).Eval(context.Background())
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0].Expressions[0].Value, nil
}

func run() error {
	var given asked
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		return err
	}
	var said answer
	prepared := make([]rego.PreparedEvalQuery, len(given.Policies))
	for at, policy := range given.Policies {
		var err error
		prepared[at], err = rego.New(
			rego.Query("[data.mtls.policy.allow, data.mtls.policy.decision]"),
			rego.Module("policy.rego", policy.Rego),
		).PrepareForEval(context.Background())
		if err != nil {
			return err
		}
		tests, err := evaluate("data.mtls.policy_test", map[string]any{}, policy.Rego, policy.Tests)
		if err != nil {
			return err
		}
		said.Tests = append(said.Tests, tests)
	}
	for _, one := range given.Cases {
		found, err := prepared[one.Policy].Eval(context.Background(), rego.EvalInput(one.Input))
		if err != nil {
			return err
		}
		if len(found) == 0 {
			said.Decisions = append(said.Decisions, nil)
			continue
		}
		said.Decisions = append(said.Decisions, found[0].Expressions[0].Value)
	}
	return json.NewEncoder(os.Stdout).Encode(said)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
