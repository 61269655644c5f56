module mtls-doctor

go 1.21
