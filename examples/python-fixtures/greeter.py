"""A service that knows its callers by their certificates."""

import ssl
from http.server import BaseHTTPRequestHandler, HTTPServer


def server_context(cert: str, key: str, callers: str, crl: str | None = None) -> ssl.SSLContext:
    """Lets in only callers with a certificate of the CAs in the file `callers`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    return equipped(context, cert, key, callers, crl)


def client_context(cert: str, key: str, servers: str, crl: str | None = None) -> ssl.SSLContext:
    """Believes only servers of the CAs in the file `servers`, under the name that is called."""
    return equipped(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), cert, key, servers, crl)


def equipped(
    context: ssl.SSLContext, cert: str, key: str, trusted: str, crl: str | None
) -> ssl.SSLContext:
    context.load_cert_chain(cert, key)
    context.load_verify_locations(trusted)
    if crl is not None:
        # Python looks into CRLs only where it is told to
        context.load_verify_locations(crl)
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN
    return context


class Greeter(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        # The handshake has proven who calls
        subject = dict(part[0] for part in self.connection.getpeercert()["subject"])
        body = f"hello {subject['commonName']}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def listen(context: ssl.SSLContext) -> HTTPServer:
    server = HTTPServer(("127.0.0.1", 0), Greeter)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server
