"""A real receiver of webhooks for tests. Prints a line of JSON with its port, then one for every request: whether its
signature is good, its id, its path and its body.

The path decides: /status/404 answers so, /redirect leads elsewhere, /long answers ten megabytes, anything else 204.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import random
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

options = argparse.ArgumentParser()
options.add_argument("--secret", required=True)
options.add_argument("--certificate")
options.add_argument("--key")
options.add_argument("--slowest", type=float, default=0, help="seconds that it may take before and after a notice is its own")
chosen = options.parse_args()
key = base64.b64decode(chosen.secret.removeprefix("whsec_"))


def say(**line) -> None:
    # At once: two threads that print each send the line and its end by themselves.
    os.write(1, (json.dumps(line) + "\n").encode())


def end_with(parent: int) -> None:
    """Nobody is left behind when a test is killed."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(0)


threading.Thread(target=end_with, args=[os.getppid()], daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        time.sleep(random.uniform(0, chosen.slowest))
        name, moment = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        code = base64.b64encode(hmac.digest(key, f"{name}.{moment}.{body}".encode(), hashlib.sha256)).decode()
        say(id=name, signed=self.headers["webhook-signature"] == f"v1,{code}", path=self.path, body=body)
        time.sleep(random.uniform(0, chosen.slowest))
        if self.path.startswith("/status/"):
            self.send_response(int(self.path.removeprefix("/status/")))
        elif self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
        elif self.path == "/long":
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(160):
                    self.wfile.write(b"x" * 65536)
            except OSError:
                pass
            return
        else:
            self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
if chosen.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chosen.certificate, chosen.key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
say(port=server.server_address[1])
server.serve_forever()
