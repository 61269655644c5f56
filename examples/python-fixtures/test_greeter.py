"""The greeter before its callers, and its callers before bad servers.

The certificates come from `mtls fixtures`: none of them is kept in the repository.
"""

import json
import ssl
import threading
import unittest
from http.client import HTTPSConnection
from pathlib import Path

from greeter import client_context, listen, server_context

FOLDER = Path("fixtures")
INDEX = json.loads((FOLDER / "index.json").read_text())
FIXTURES = {fixture["name"]: fixture for fixture in INDEX["fixtures"]}

# Where Python asks for more than `openssl verify` does
STRICTER = {"partialWildcard": "error 62"}


def files(own: dict, other: dict) -> list[str | None]:
    """Of one side: its certificate and key, the CAs of the other side, and what they revoked."""
    names = own["cert"], own["key"], other["ca"], other.get("crl")
    return [name and str(FOLDER / name) for name in names]


def talk(server: ssl.SSLContext, client: ssl.SSLContext, host: str) -> dict[str, str]:
    """What each side says of the other; in memory, so that nobody waits for a port."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = {
        "client": client.wrap_bio(to_client, to_server, server_hostname=host),
        "server": server.wrap_bio(to_server, to_client, server_side=True),
    }
    said = {}
    # Each is given what the other wrote, until both are done or one gives up
    while len(said) < 2:
        for side in sides.keys() - said.keys():
            try:
                sides[side].do_handshake()
                said[side] = "accepted"
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError as error:
                return said | {side: f"error {error.verify_code}"}
            except ssl.SSLError:
                return said
    return said


class TestGreeter(unittest.TestCase):
    def test_greets_its_caller(self) -> None:
        server_files, client_files = (FIXTURES[name]["files"] for name in ("server", "client"))
        server = listen(server_context(*files(server_files, client_files)))
        self.addCleanup(server.server_close)
        threading.Thread(target=server.handle_request, daemon=True).start()
        context = client_context(*files(client_files, server_files))
        connection = HTTPSConnection("localhost", server.server_port, context=context)
        self.addCleanup(connection.close)
        connection.request("GET", "/")
        self.assertEqual(connection.getresponse().read(), b"hello client")

    def test_zoo(self) -> None:
        for bad in FIXTURES.values():
            if bad["kind"] != "bad":
                continue
            with self.subTest(bad["name"]):
                said, expected = judge(bad), bad["expected"]["openssl"]
                if said == "no handshake":
                    continue  # Python loads no keys that are weak, and little that is malformed
                if expected == "accepted" or expected.startswith("error"):
                    number = STRICTER.get(bad["name"]) or expected.split(":")[0]
                    self.assertEqual(said, number, bad["reason"])
                else:
                    self.assertNotEqual(said, "accepted", bad["reason"])


def judge(bad: dict) -> str:
    """What the healthy side says of the bad one, by OpenSSL's numbers: `accepted`, `error 10`."""
    own, peer = bad["files"], bad["files"]["peer"]
    try:
        if bad["side"] == "server":
            server, client = server_context(*files(own, peer)), client_context(*files(peer, own))
            return talk(server, client, bad["host"]).get("client", "no handshake")
        client, server = client_context(*files(own, peer)), server_context(*files(peer, own))
        return talk(server, client, "localhost").get("server", "no handshake")
    except ssl.SSLError:
        return "no handshake"
