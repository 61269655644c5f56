module mtls-interop-spiffe

go 1.24.0

require (
	github.com/hashicorp/hcl v1.0.0
	github.com/spiffe/go-spiffe/v2 v2.9.0
)

require github.com/go-jose/go-jose/v4 v4.1.5 // indirect
