"""A real provider of OpenID Connect on this machine: oidc-provider-mock, which takes any name without a password. It does not look at PKCE by
itself, so that is added; and it lies when a test asks it to.
"""

import base64
import hashlib
import hmac
import os
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlparse

import flask
import oidc_provider_mock
import werkzeug.serving
from authlib import jose


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Provider:
    issuer: str = ""
    # Code → challenge of the sign-in that it was given for.
    challenges: dict[str, str] = field(default_factory=dict)
    # Other claims in the next tokens.
    lie: dict = field(default_factory=dict)
    # How they are signed: not at all (none), by another key (foreign), by an unnamed one (unknown), with the public key (hmac).
    signing: str = ""
    tokens: int = 0
    # Another key under the same name, from the next request on.
    renews: bool = False


def challenge_of(verifier: str) -> str:
    return base64url(hashlib.sha256(verifier.encode()).digest())


def make_app(provider: Provider) -> flask.Flask:
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    app = oidc_provider_mock.app(require_nonce=True)

    @app.before_request
    def proof_key():
        request = flask.request
        if provider.renews:
            storage = flask.g.oidc_provider_mock_storage
            name = storage.jwk.as_dict()["kid"]
            storage.jwk = jose.RSAKey.generate_key(2048, options={"kid": name}, is_private=True)
            provider.renews = False
        if request.path == "/oauth2/authorize" and request.args.get("code_challenge_method") != "S256":
            return flask.make_response("PKCE is needed", 400)
        if request.path == "/oauth2/token":
            expected = provider.challenges.pop(request.form.get("code", ""), None)
            if expected is None or challenge_of(request.form.get("code_verifier", "")) != expected:
                return flask.jsonify({"error": "invalid_grant"}), 400
        return None

    @app.after_request
    def note_or_lie(response):
        request = flask.request
        if request.path == "/oauth2/authorize" and response.status_code == 302:
            codes = parse_qs(urlparse(response.headers["Location"]).query).get("code", [])
            for code in codes:
                provider.challenges[code] = request.args.get("code_challenge", "")
        if request.path == "/oauth2/token" and response.status_code == 200:
            provider.tokens += 1
            if provider.lie or provider.signing:
                answer = response.get_json()
                answer["id_token"] = forged(provider, answer["id_token"])
                response.set_data(flask.json.dumps(answer))
        return response

    return app


def forged(provider: Provider, token: str) -> str:
    key = flask.g.oidc_provider_mock_storage.jwk
    claims = dict(jose.jwt.decode(token, key)) | provider.lie
    head = {"alg": "RS256", "kid": key.as_dict()["kid"]}
    if provider.signing == "none":
        part = token.split(".")[1]
        return base64url(b'{"alg":"none"}') + "." + part + "."
    if provider.signing == "foreign":
        key = jose.RSAKey.generate_key(2048, is_private=True)
    if provider.signing == "hmac":
        # Signed with what everyone may know: the public key as if it were a secret.
        text = ".".join(base64url(flask.json.dumps(part).encode()) for part in (head | {"alg": "HS256"}, claims))
        return text + "." + base64url(hmac.digest(key.as_pem(is_private=False), text.encode(), hashlib.sha256))
    if provider.signing == "unknown":
        head["kid"] = "nobody"
    return jose.jwt.encode(head, claims, key).decode()


def start() -> tuple[Provider, werkzeug.serving.BaseWSGIServer]:
    provider = Provider()
    server = werkzeug.serving.make_server("localhost", 0, make_app(provider), threaded=True)
    provider.issuer = f"http://localhost:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return provider, server


if __name__ == "__main__":
    # For people who try it: MINYI_OPENID_ISSUER is what this prints.
    running, _ = start()
    print(running.issuer, flush=True)
    while True:
        time.sleep(3600)
