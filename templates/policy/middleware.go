// Who may call what, for servers of Go: made by mtls policy export --to go. The standard library alone.
//
//	server := &http.Server{
//		Handler: mtlspolicy.Authorize(mux),
//		TLSConfig: &tls.Config{
//			ClientAuth: tls.RequireAndVerifyClientCert,
//			ClientCAs:  roots,
//		},
//	}

// Package mtlspolicy decides on requests by the caller's certificate.
package mtlspolicy

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"net/http"
	"regexp"
	"strings"
)

type subject struct {
	cn, dns, spiffe string
	// The object identifier and the extension's value in hexadecimal.
	oid, value string
}

type pathPattern struct{ kind, text string }

type pattern struct {
	// Empty: all methods.
	methods []string
	paths   []pathPattern
}

type rule struct {
	name, effect string
	who          []subject
	what         []pattern
}

var rules = []rule{
	// mtls:rules
}

var (
	normalPath   = regexp.MustCompile("^/(?:(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.](?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.][.](?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])+)(?:/(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.](?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.][.](?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])+))*/?)?$")
	normalMethod = regexp.MustCompile("^[A-Z][A-Z_-]*$")
	spiffeID     = regexp.MustCompile("^spiffe://[a-z0-9._-]+(?:/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*|[.][A-Za-z0-9_-][A-Za-z0-9._-]*|[.][.][A-Za-z0-9._-]+))*$")
	dnsName      = regexp.MustCompile("^[a-z0-9_-]+(?:[.][a-z0-9_-]+)*$")
)

// Authorize answers 403 to what the policy does not allow, and to callers without a verified
// certificate.
func Authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS != nil && len(r.TLS.VerifiedChains) > 0 {
			if allow, _ := Decide(r.TLS.PeerCertificates[0], r.Method, r.RequestURI); allow {
				next.ServeHTTP(w, r)
				return
			}
		}
		http.Error(w, "forbidden", http.StatusForbidden)
	})
}

// Decide says whether the holder of a verified certificate may make a request, and the name of the
// rule that says so. Deny wins, and what no rule allows is denied. The target is path and query as
// they came.
func Decide(certificate *x509.Certificate, method, target string) (bool, string) {
	path, _, _ := strings.Cut(target, "?")
	if !normalMethod.MatchString(method) || !normalPath.MatchString(path) {
		return false, ""
	}
	caller := callerOf(certificate)
	allowed := ""
	for _, one := range rules {
		if !asks(one.what, method, path) || !names(one.who, caller) {
			continue
		}
		if one.effect == "deny" {
			return false, one.name
		}
		if allowed == "" {
			allowed = one.name
		}
	}
	return allowed != "", allowed
}

func asks(what []pattern, method, path string) bool {
	for _, one := range what {
		if len(one.methods) > 0 && !contains(one.methods, method) {
			continue
		}
		for _, found := range one.paths {
			if found.kind == "exact" && path == found.text ||
				found.kind == "prefix" && strings.HasPrefix(path, found.text) ||
				found.kind == "suffix" && strings.HasSuffix(path, found.text) {
				return true
			}
		}
	}
	return false
}

func names(who []subject, from caller) bool {
	for _, one := range who {
		if (one.cn == "" || contains(from.commonNames, one.cn)) &&
			(one.dns == "" || anyMatches(reversed(strings.Split(one.dns, ".")), from.dns)) &&
			(one.spiffe == "" || anyMatches(strings.Split(one.spiffe, "/"), from.spiffe)) &&
			(one.oid == "" || from.holds(one.oid, one.value)) {
			return true
		}
	}
	return false
}

func anyMatches(pattern []string, found [][]string) bool {
	open := pattern[len(pattern)-1] == "**"
	if open {
		pattern = pattern[:len(pattern)-1]
	}
	for _, parts := range found {
		fits := len(parts) == len(pattern)
		if open {
			fits = len(parts) > len(pattern)
		}
		for at := 0; fits && at < len(pattern); at++ {
			fits = pattern[at] == "*" || pattern[at] == parts[at]
		}
		if fits {
			return true
		}
	}
	return false
}

func contains(texts []string, text string) bool {
	for _, one := range texts {
		if one == text {
			return true
		}
	}
	return false
}

func reversed(parts []string) []string {
	back := make([]string, 0, len(parts))
	for at := len(parts) - 1; at >= 0; at-- {
		back = append(back, parts[at])
	}
	return back
}

// What rules go by; names in parts, those of DNS from their end.
type caller struct {
	commonNames []string
	dns, spiffe [][]string
	certificate *x509.Certificate
}

func callerOf(certificate *x509.Certificate) caller {
	found := caller{certificate: certificate}
	for _, attribute := range certificate.Subject.Names {
		if text, ok := attribute.Value.(string); ok && attribute.Type.String() == "2.5.4.3" {
			found.commonNames = append(found.commonNames, text)
		}
	}
	// The names as they stand: what crypto/x509 makes of a URI is another text at times
	for _, extension := range certificate.Extensions {
		if extension.Id.String() != "2.5.29.17" {
			continue
		}
		var list asn1.RawValue
		if _, err := asn1.Unmarshal(extension.Value, &list); err != nil {
			continue
		}
		for rest := list.Bytes; len(rest) > 0; {
			var name asn1.RawValue
			var err error
			if rest, err = asn1.Unmarshal(rest, &name); err != nil {
				break
			}
			if name.Class != asn1.ClassContextSpecific {
				continue
			}
			text := string(name.Bytes)
			if name.Tag == 2 {
				if lower := strings.ToLower(text); dnsName.MatchString(lower) && isASCII(text) {
					found.dns = append(found.dns, reversed(strings.Split(lower, ".")))
				}
			} else if name.Tag == 6 && spiffeID.MatchString(text) {
				found.spiffe = append(found.spiffe, strings.Split(text, "/"))
			}
		}
	}
	return found
}

func isASCII(text string) bool {
	for at := 0; at < len(text); at++ {
		if text[at] >= 0x80 {
			return false
		}
	}
	return true
}

func (found caller) holds(oid, value string) bool {
	wanted, err := hex.DecodeString(value)
	if err != nil {
		return false
	}
	for _, extension := range found.certificate.Extensions {
		if extension.Id.String() == oid && bytes.Equal(extension.Value, wanted) {
			return true
		}
	}
	return false
}
