curl --cacert ca.crt --cert client.crt --key client.key https://localhost:8443/
