#!/bin/sh
# Fresh certificates for one test run: nothing to keep in the repository, nothing that expires there.
# Usage: sh test-certs.sh FOLDER (in a clone: MTLS="node ../../bin/mtls.js" sh test-certs.sh FOLDER)
set -eu
MTLS="${MTLS:-mtls}"
out="${1:?usage: sh test-certs.sh FOLDER}"
home="$out/.mtls"

# A CA that can vouch for the test's own names and for nothing else.
$MTLS ca init test --home "$home" --no-passphrase --quiet --ttl 1d \
  --permit localhost --permit example.test --permit 127.0.0.0/8 --trust-domain example.test

# Both sides, short-lived.
$MTLS issue api.example.test localhost 127.0.0.1 --profile server --ttl 1h \
  --home "$home" --out "$out" --quiet
$MTLS issue spiffe://example.test/ns/ci/sa/runner --profile svid --ttl 1h \
  --home "$home" --out "$out" --name runner --quiet

# What a deployment would get, checked before it is printed.
$MTLS k8s secret api-tls --namespace ci \
  --cert "$out/api.example.test.crt" --key "$out/api.example.test.key" --ca "$out/ca.crt" \
  >"$out/secret.yaml"

# A gate that fails the build: the chain, the name and the purpose.
$MTLS verify "$out/api.example.test.crt" --ca "$out/ca.crt" --host api.example.test --purpose server
$MTLS match "$out/api.example.test.crt" "$out/api.example.test.key"
