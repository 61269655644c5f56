package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/cert-manager/cert-manager/internal/apis/certmanager"
	internalv1 "github.com/cert-manager/cert-manager/internal/apis/certmanager/v1"
	"github.com/cert-manager/cert-manager/internal/apis/certmanager/validation"
	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"
)

// As the API server reads an object when kubectl asks it to be strict.
func decode(data []byte, into any) error {
	strict, err := kjson.UnmarshalStrict(data, into)
	return errors.Join(append(strict, err)...)
}

func certificateIn(path string) *cmapi.Certificate {
	data, err := os.ReadFile(path)
	check(err)
	var certificate cmapi.Certificate
	check(decode(data, &certificate))
	return &certificate
}

func validate(path string) []string {
	data, err := os.ReadFile(path)
	check(err)
	var objects []json.RawMessage
	check(json.Unmarshal(data, &objects))
	var verdicts []string
	for _, object := range objects {
		if err := judge(object); err != nil {
			verdicts = append(verdicts, oneLine("refuses", err))
		} else {
			verdicts = append(verdicts, "accepts")
		}
	}
	return verdicts
}

func judge(data []byte) error {
	var typed struct{ Kind string }
	if err := json.Unmarshal(data, &typed); err != nil {
		return err
	}
	var found field.ErrorList
	switch typed.Kind {
	case "Certificate":
		var one cmapi.Certificate
		var internal certmanager.Certificate
		if err := decode(data, &one); err != nil {
			return err
		}
		if err := internalv1.Convert_v1_Certificate_To_certmanager_Certificate(&one, &internal, nil); err != nil {
			return err
		}
		found, _ = validation.ValidateCertificate(nil, &internal)
	case "Issuer":
		var one cmapi.Issuer
		var internal certmanager.Issuer
		if err := decode(data, &one); err != nil {
			return err
		}
		if err := internalv1.Convert_v1_Issuer_To_certmanager_Issuer(&one, &internal, nil); err != nil {
			return err
		}
		found, _ = validation.ValidateIssuer(nil, &internal)
	case "ClusterIssuer":
		var one cmapi.ClusterIssuer
		var internal certmanager.ClusterIssuer
		if err := decode(data, &one); err != nil {
			return err
		}
		if err := internalv1.Convert_v1_ClusterIssuer_To_certmanager_ClusterIssuer(&one, &internal, nil); err != nil {
			return err
		}
		found, _ = validation.ValidateClusterIssuer(nil, &internal)
	default:
		return fmt.Errorf("no kind of the webhook: %q", typed.Kind)
	}
	if aggregate := found.ToAggregate(); aggregate != nil {
		return aggregate
	}
	return nil
}
