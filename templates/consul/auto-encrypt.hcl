# For the folder that -config-dir names, on every client: made by mtls mesh consul agent
tls {
  defaults {
    ca_file         = ${ca}
    verify_incoming = true
    verify_outgoing = true
  }
  internal_rpc {
    # Others than server.DATACENTER.DOMAIN are no servers
    verify_server_hostname = true
  }
}
# The certificate comes from a server
auto_encrypt {
  tls = true
}
