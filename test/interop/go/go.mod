module mtls-interop

go 1.21
