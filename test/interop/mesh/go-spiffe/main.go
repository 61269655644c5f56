// What SPIFFE's own library makes of our files.
//
//	spiffe bundle TRUST-DOMAIN FILE            (a JWK Set; prints sequence, hint and subjects)
//	spiffe pem    TRUST-DOMAIN FILE            (PEM; prints the subjects)
//	spiffe svid   CERT KEY TRUST-DOMAIN BUNDLE (reads the SVID, verifies it; prints its ID)
//	spiffe disk   FOLDER...                    (upstream.crt, upstream.key, bundle.crt, by the rules
//	                                            of SPIRE's disk plugin: "loads", or why it does not)
//	spiffe svids | svid-rules FOLDER...        (svid.pem, svid_key.pem, bundle.json or bundle.pem: by
//	                                            the library, and by the standard)
//	spiffe bundles | bundle-rules FILE...      (the same of JWK Sets)
//	spiffe federation FILE                     (a block of server.conf; prints what it says)
//	spiffe helper FILE                         (helper.conf of spiffe-helper; prints what it says)
//	spiffe plugin FILE                         (the block of the disk plugin; prints its paths)
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spiffe/go-spiffe/v2/bundle/spiffebundle"
	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func verdicts(places []string, judge func(string) error) {
	for _, place := range places {
		if err := judge(place); err != nil {
			fmt.Println("refuses:", strings.ReplaceAll(err.Error(), "\n", " "))
			continue
		}
		fmt.Println("loads")
	}
}

func main() {
	args := os.Args[2:]
	switch os.Args[1] {
	case "bundle":
		domain, err := spiffeid.TrustDomainFromString(args[0])
		fail(err)
		bundle, err := spiffebundle.Load(domain, args[1])
		fail(err)
		sequence, _ := bundle.SequenceNumber()
		hint, _ := bundle.RefreshHint()
		fmt.Println(sequence, hint)
		for _, authority := range bundle.X509Authorities() {
			fmt.Println(authority.Subject)
		}
	case "pem":
		domain, err := spiffeid.TrustDomainFromString(args[0])
		fail(err)
		bundle, err := x509bundle.Load(domain, args[1])
		fail(err)
		for _, authority := range bundle.X509Authorities() {
			fmt.Println(authority.Subject)
		}
	case "svid":
		svid, err := x509svid.Load(args[0], args[1])
		fail(err)
		domain, err := spiffeid.TrustDomainFromString(args[2])
		fail(err)
		bundle, err := spiffebundle.Load(domain, args[3])
		fail(err)
		id, _, err := x509svid.Verify(svid.Certificates, bundle)
		fail(err)
		fmt.Println(id)
	case "disk":
		verdicts(args, disk)
	case "svids":
		verdicts(args, svid)
	case "svid-rules":
		verdicts(args, svidRules)
	case "federation":
		fail(federation(args[0]))
	case "helper":
		fail(helper(args[0]))
	case "plugin":
		fail(plugin(args[0]))
	case "bundles":
		verdicts(args, bundle)
	case "bundle-rules":
		verdicts(args, bundleRules)
	}
}
