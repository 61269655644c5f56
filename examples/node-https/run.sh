#!/bin/sh
# Makes certificates, starts the server, calls it as two clients, and stops.
# Usage: npm start, or sh run.sh where mtls is installed (in a clone: MTLS="node ../../bin/mtls.js" sh run.sh)
set -eu
cd "$(dirname "$0")"
MTLS="${MTLS:-mtls}"
work="$(mktemp -d)"
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

$MTLS ca init demo --home "$work/home" --no-passphrase --quiet
$MTLS issue localhost 127.0.0.1 --profile server --home "$work/home" --out "$work" --quiet
$MTLS issue alice --profile client --home "$work/home" --out "$work" --quiet
$MTLS issue bob --profile client --home "$work/home" --out "$work" --quiet

node server.js "$work" >"$work/port" &
server=$!
until [ -s "$work/port" ]; do kill -0 "$server"; sleep 0.05; done

node client.js "$work" "$(cat "$work/port")" alice
node client.js "$work" "$(cat "$work/port")" bob
