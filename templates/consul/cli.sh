# To be read by a shell, before consul: . ./FILE
export CONSUL_HTTP_ADDR=https://127.0.0.1:8501
export CONSUL_CACERT=${ca}
export CONSUL_CLIENT_CERT=${certificate}
export CONSUL_CLIENT_KEY=${key}
