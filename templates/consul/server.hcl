# For the folder that -config-dir names, on one server: made by mtls mesh consul agent
tls {
  defaults {
    ca_file         = ${ca}
    cert_file       = ${certificate}
    key_file        = ${key}
    verify_incoming = true
    verify_outgoing = true
  }
  internal_rpc {
    # Others than server.DATACENTER.DOMAIN are no servers
    verify_server_hostname = true
  }
}
auto_encrypt {
  allow_tls = true
}
