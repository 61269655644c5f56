module mtls-bench

go 1.19
