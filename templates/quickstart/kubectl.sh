kubectl create secret tls server --cert=server.crt --key=server.key --dry-run=client -o yaml
