# Who may call what: made by mtls policy export --to rego.
#
# Asked as {"certificate": "PEM of the caller's", "method": "GET", "path": "/orders?page=2"}, the
# certificate verified by the TLS layer; or as Envoy's external authorization asks, with
# include_peer_certificate on: data.mtls.policy.allow is its answer.
package mtls.policy

import rego.v1

rules := [
  # mtls:rules
]

default allow := false

allow if decision.allow

# Deny wins, and what no rule allows is denied.
decision := {"allow": false, "rule": denying[0].name} if count(denying) > 0

else := {"allow": true, "rule": allowing[0].name} if count(allowing) > 0

else := {"allow": false, "rule": null}

denying := [rule | some rule in meant; rule.effect == "deny"]

allowing := [rule | some rule in meant; rule.effect == "allow"]

meant := [rule |
  regex.match("^[A-Z][A-Z_-]*$", method)
  regex.match("^/(?:(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.](?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.][.](?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])+)(?:/(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.](?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))(?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])*|[.][.](?:(?:[A-Za-z0-9~!$&'()*+,=:@_-]|%(?:20|[89AB][0-9A-F]|C[2-9A-F]|[DE][0-9A-F]|F[0-4]))|[.])+))*/?)?$", path)
  some rule in rules
  asked_by(rule)
  names_caller(rule)
]

method := object.get(input, "method", object.get(input, ["attributes", "request", "http", "method"], ""))

path := split(target, "?")[0]

target := object.get(input, "path", object.get(input, ["attributes", "request", "http", "path"], ""))

pem := input.certificate

pem := urlquery.decode(input.attributes.source.certificate) if not input.certificate

certificate := crypto.x509.parse_certificates(pem)[0]

# What rules go by.
caller := {
  "cn": [name.Value | some name in certificate.Subject.Names; name.Type == [2, 5, 4, 3]],
  "dns": [name |
    some given in object.get(certificate, "DNSNames", [])
    name := lower(given)
    regex.match("^[a-z0-9_-]+(?:[.][a-z0-9_-]+)*$", name)
  ],
  "spiffe": [id |
    some id in object.get(certificate, "URIStrings", [])
    regex.match("^spiffe://[a-z0-9._-]+(?:/(?:[A-Za-z0-9_-][A-Za-z0-9._-]*|[.][A-Za-z0-9_-][A-Za-z0-9._-]*|[.][.][A-Za-z0-9._-]+))*$", id)
    stands_so(id)
  ],
  "extensions": {{"oid": oid_text(extension.Id), "value": extension.Value} |
    some extension in certificate.Extensions
  },
}

# A URI is read and written again before it comes here: its own bytes must be in the certificate.
stands_so(id) if {
  some extension in certificate.Extensions
  extension.Id == [2, 5, 29, 17]
  contains(hex.encode(base64.decode(extension.Value)), concat("", [uri_header(count(id)), hex.encode(id)]))
}

uri_header(length) := sprintf("86%02x", [length]) if length < 128

uri_header(length) := sprintf("8681%02x", [length]) if {
  length >= 128
  length < 256
}

uri_header(length) := sprintf("8682%04x", [length]) if length >= 256

oid_text(arcs) := concat(".", [format_int(arc, 10) | some arc in arcs])

asked_by(rule) if {
  some what in rule.what
  method_meant(what)
  some pattern in what.paths
  path_matches(pattern)
}

method_meant(what) if not what.methods

method_meant(what) if method in what.methods

path_matches(pattern) if {
  pattern.kind == "exact"
  path == pattern.text
}

path_matches(pattern) if {
  pattern.kind == "prefix"
  startswith(path, pattern.text)
}

path_matches(pattern) if {
  pattern.kind == "suffix"
  endswith(path, pattern.text)
}

names_caller(rule) if {
  some subject in rule.who
  every field, wanted in subject { holds(field, wanted) }
  # a certificate there must be
  caller
}

holds("cn", wanted) if wanted in caller.cn

holds("dns", wanted) if {
  some name in caller.dns
  parts_match(array.reverse(split(wanted, ".")), array.reverse(split(name, ".")))
}

holds("spiffe", wanted) if {
  some id in caller.spiffe
  parts_match(split(wanted, "/"), split(id, "/"))
}

holds("extension", wanted) if wanted in caller.extensions

parts_match(pattern, parts) if {
  pattern[count(pattern) - 1] != "**"
  count(parts) == count(pattern)
  fixed_match(pattern, parts)
}

parts_match(pattern, parts) if {
  pattern[count(pattern) - 1] == "**"
  count(parts) >= count(pattern)
  fixed_match(array.slice(pattern, 0, count(pattern) - 1), parts)
}

fixed_match(pattern, parts) if {
  every at, part in pattern { part_matches(part, parts[at]) }
}

part_matches("*", _)

part_matches(part, found) if part == found
