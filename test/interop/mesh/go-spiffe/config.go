package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/hcl"
	"github.com/hashicorp/hcl/hcl/ast"
	"github.com/hashicorp/hcl/hcl/printer"
	"github.com/hashicorp/hcl/hcl/token"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

type serverConfig struct {
	Server struct {
		Federation struct {
			BundleEndpoint *struct {
				Address     string                 `hcl:"address"`
				Port        int                    `hcl:"port"`
				RefreshHint string                 `hcl:"refresh_hint"`
				Profile     ast.Node               `hcl:"profile"`
				Unused      map[string][]token.Pos `hcl:",unusedKeyPositions"`
			} `hcl:"bundle_endpoint"`
			FederatesWith map[string]struct {
				URL     string                 `hcl:"bundle_endpoint_url"`
				Profile ast.Node               `hcl:"bundle_endpoint_profile"`
				Unused  map[string][]token.Pos `hcl:",unusedKeyPositions"`
			} `hcl:"federates_with"`
			Unused map[string][]token.Pos `hcl:",unusedKeyPositions"`
		} `hcl:"federation"`
		Unused map[string][]token.Pos `hcl:",unusedKeyPositions"`
	} `hcl:"server"`
}

type profiles struct {
	SPIFFE *struct {
		EndpointSPIFFEID string                 `hcl:"endpoint_spiffe_id"`
		Unused           map[string][]token.Pos `hcl:",unusedKeyPositions"`
	} `hcl:"https_spiffe"`
	Web *struct {
		ServingCertFile *struct {
			CertFilePath string                 `hcl:"cert_file_path"`
			KeyFilePath  string                 `hcl:"key_file_path"`
			Unused       map[string][]token.Pos `hcl:",unusedKeyPositions"`
		} `hcl:"serving_cert_file"`
		Unused map[string][]token.Pos `hcl:",unusedKeyPositions"`
	} `hcl:"https_web"`
	Unused map[string][]token.Pos `hcl:",unusedKeyPositions"`
}

// The block federation as SPIRE decodes it, with the HCL that it uses; prints what was understood.
func federation(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var config serverConfig
	if err := hcl.Decode(&config, fmt.Sprintf("server {\n%s}\n", text)); err != nil {
		return err
	}
	stated := config.Server.Federation
	if len(config.Server.Unused)+len(stated.Unused) > 0 {
		return errors.New("unknown configuration")
	}
	if own := stated.BundleEndpoint; own != nil {
		if len(own.Unused) > 0 {
			return errors.New("unknown configuration of the endpoint")
		}
		profile, err := profileOf(own.Profile)
		if err != nil {
			return err
		}
		served := "https_spiffe"
		if profile.Web != nil {
			if profile.Web.ServingCertFile == nil {
				return errors.New("malformed https_web profile configuration")
			}
			served = fmt.Sprintf("https_web %s %s", profile.Web.ServingCertFile.CertFilePath, profile.Web.ServingCertFile.KeyFilePath)
		}
		fmt.Println(own.Address, own.Port, own.RefreshHint, served)
	}
	for name, other := range stated.FederatesWith {
		if len(other.Unused) > 0 {
			return errors.New("unknown configuration of the other")
		}
		domain, err := spiffeid.TrustDomainFromString(name)
		if err != nil {
			return err
		}
		if !strings.HasPrefix(strings.ToLower(other.URL), "https://") {
			return errors.New("bundle_endpoint_url must use the HTTPS protocol")
		}
		profile, err := profileOf(other.Profile)
		if err != nil {
			return err
		}
		if profile.Web != nil {
			fmt.Println(domain, other.URL, "https_web")
			continue
		}
		id, err := spiffeid.FromString(profile.SPIFFE.EndpointSPIFFEID)
		if err != nil {
			return err
		}
		fmt.Println(domain, other.URL, id)
	}
	return nil
}

// Exactly one profile, decoded from its own text.
func profileOf(node ast.Node) (*profiles, error) {
	list, ok := node.(*ast.ObjectList)
	if !ok || len(list.Items) != 1 {
		return nil, errors.New("exactly one bundle endpoint profile is expected")
	}
	var text bytes.Buffer
	if err := printer.DefaultConfig.Fprint(&text, node); err != nil {
		return nil, err
	}
	found := new(profiles)
	if err := hcl.Decode(found, text.String()); err != nil {
		return nil, err
	}
	if (found.SPIFFE == nil) == (found.Web == nil) || len(found.Unused) > 0 {
		return nil, errors.New("no bundle endpoint profile defined")
	}
	return found, nil
}

// The block for plugins, as SPIRE decodes it; prints its three paths.
func plugin(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var config struct {
		Upstream map[string]struct {
			Data struct {
				Cert   string                 `hcl:"cert_file_path"`
				Key    string                 `hcl:"key_file_path"`
				Bundle string                 `hcl:"bundle_file_path"`
				Unused map[string][]token.Pos `hcl:",unusedKeyPositions"`
			} `hcl:"plugin_data"`
			Unused map[string][]token.Pos `hcl:",unusedKeyPositions"`
		} `hcl:"UpstreamAuthority"`
		Unused map[string][]token.Pos `hcl:",unusedKeyPositions"`
	}
	if err := hcl.Decode(&config, string(text)); err != nil {
		return err
	}
	disk, ok := config.Upstream["disk"]
	if !ok || len(config.Unused)+len(disk.Unused)+len(disk.Data.Unused) > 0 {
		return errors.New("unknown configuration")
	}
	fmt.Println(disk.Data.Cert, disk.Data.Key, disk.Data.Bundle)
	return nil
}

// helper.conf as spiffe-helper decodes and checks it; prints what was understood.
func helper(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var config struct {
		AddIntermediatesToBundle bool                   `hcl:"add_intermediates_to_bundle"`
		AgentAddress             string                 `hcl:"agent_address"`
		Cmd                      string                 `hcl:"cmd"`
		CmdArgs                  string                 `hcl:"cmd_args"`
		PIDFileName              string                 `hcl:"pid_file_name"`
		CertDir                  string                 `hcl:"cert_dir"`
		CertFileMode             int                    `hcl:"cert_file_mode"`
		KeyFileMode              int                    `hcl:"key_file_mode"`
		IncludeFederatedDomains  bool                   `hcl:"include_federated_domains"`
		RenewSignal              string                 `hcl:"renew_signal"`
		SVIDFileName             string                 `hcl:"svid_file_name"`
		SVIDKeyFileName          string                 `hcl:"svid_key_file_name"`
		SVIDBundleFileName       string                 `hcl:"svid_bundle_file_name"`
		Unused                   map[string][]token.Pos `hcl:",unusedKeyPositions"`
	}
	if err := hcl.Decode(&config, string(text)); err != nil {
		return err
	}
	switch {
	case len(config.Unused) > 0:
		return errors.New("unknown top level key(s)")
	case config.PIDFileName != "" && config.RenewSignal == "":
		return errors.New("Must specify renew_signal when using pid_file_name")
	case config.SVIDFileName == "" || config.SVIDKeyFileName == "" || config.SVIDBundleFileName == "":
		return errors.New("all or none of the file names must be specified")
	}
	fmt.Printf("%s %s %s %s %s %o %o %t %t\n", config.AgentAddress, config.CertDir, config.SVIDFileName,
		config.SVIDKeyFileName, config.SVIDBundleFileName, config.CertFileMode, config.KeyFileMode,
		config.AddIntermediatesToBundle, config.IncludeFederatedDomains)
	fmt.Printf("%s %q %q %s\n", config.Cmd, config.CmdArgs, config.PIDFileName, config.RenewSignal)
	return nil
}
