openssl s_client -connect localhost:8443 -servername localhost -verify_hostname localhost \
  -CAfile ca.crt -cert client.crt -key client.key -verify_return_error -brief </dev/null
