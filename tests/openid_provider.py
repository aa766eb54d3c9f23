"""A small OpenID Connect provider to run beside a test: speaks HTTP, keeps the rules, and lies where it is told to.

`python -m tests.openid_provider PORT`. It lets everybody in as the person that `POST /control` describes. Other fields
of `/control`: `claims` (added to the ID token or put in place; null takes away), `sign` (`rs256`, `none`, `hs256`,
`other_key`), `iss_answer` (issuer in the answer of the authorization endpoint), `userinfo` (its claims, signed as
`userinfo_sign` says where there is one), `way` (how the client has to prove who it is, Core 9), `client_key` (the
client's public key).
"""

import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
from typing import Any
from urllib.parse import unquote_plus, urlencode

from flask import Flask, Request, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.wrappers import Response as BaseResponse

CLIENT, SECRET = "prozesshub", "a secret with +, %20, ä, & and = that only the two of them know"


def _part(data: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


class Signer:
    """Signs as told, with a key of its own."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})
        self.other = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig"})

    def sign(self, claims: dict[str, Any], how: str, kind: str) -> str:
        """Return a token with these claims."""
        if how == "none":
            return f"{_part({'alg': 'none', 'typ': kind})}.{_part(claims)}."
        if how == "hs256":
            # What a library would check that took the published key for a shared secret.
            signed = f"{_part({'alg': 'HS256', 'kid': 'one', 'typ': kind})}.{_part(claims)}"
            mark = hmac.digest(self.key.as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"
        key = self.other if how == "other_key" else self.key
        return jwt.encode({"alg": "RS256", "kid": "one", "typ": kind}, claims, key)


def make(issuer: str) -> Flask:
    """Return the provider as an application."""
    app = Flask("openid_provider")
    signer, codes, control = Signer(), dict[str, dict[str, str]](), dict[str, Any]()
    tokens: dict[str, str] = {}

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(
            issuer=control.get("issuer", issuer),
            authorization_endpoint=f"{issuer}/authorize",
            token_endpoint=f"{issuer}/token",
            userinfo_endpoint=f"{issuer}/userinfo",
            jwks_uri=f"{issuer}/keys",
            end_session_endpoint=f"{issuer}/end",
            authorization_response_iss_parameter_supported=True,
            token_endpoint_auth_methods_supported=[control.get("way", "client_secret_basic")],
        )

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(KeySet([signer.key]).as_dict(private=False))

    @app.post("/control")
    def be_told() -> str:
        control.clear()
        control.update(request.get_json())
        return "ok"

    @app.post("/forge")
    def forge() -> str:
        """Return a logout token with the claims and signature that are asked for."""
        asked = request.get_json()
        return signer.sign(asked["claims"], asked.get("sign", "rs256"), asked.get("typ", "logout+jwt"))

    @app.get("/authorize")
    def authorize() -> BaseResponse | tuple[str, int]:
        asked = request.args
        if asked["client_id"] != CLIENT or asked["code_challenge_method"] != "S256" or not asked["nonce"]:
            return "wrong question", 400
        code = secrets.token_urlsafe(16)
        codes[code] = dict(asked)
        answer = {"code": code, "state": asked["state"], "iss": control.get("iss_answer", issuer)}
        return redirect(f"{asked['redirect_uri']}?{urlencode(answer)}")

    def may(asked: Request) -> bool:
        """Return whether the client proves who it is, in the one way that is open to it."""
        way, form, who = control.get("way", "client_secret_basic"), asked.form, asked.authorization
        if way == "client_secret_basic":
            parts = (unquote_plus(who.username or ""), unquote_plus(who.password or "")) if who else ()
            return parts == (CLIENT, SECRET)
        if way == "client_secret_post":
            return who is None and (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        said = jwt.decode(
            form["client_assertion"], RSAKey.import_key(control["client_key"]), algorithms=["RS256"]
        ).claims
        return (said["iss"], said["sub"], said["aud"]) == (CLIENT, CLIENT, f"{issuer}/token") and said[
            "exp"
        ] > time.time()

    @app.post("/token")
    def token() -> Response | tuple[Response, int]:
        asked = request.form
        if not may(request):
            return jsonify(error="invalid_client"), 401
        kept = codes.pop(asked.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.get("code_verifier", "").encode()).digest())
        if (
            kept is None
            or challenge.rstrip(b"=").decode() != kept["code_challenge"]
            or asked.get("redirect_uri") != kept["redirect_uri"]
        ):
            return jsonify(error="invalid_grant"), 400
        at = int(time.time())
        claims = {
            "iss": issuer,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "nonce": kept["nonce"],
            "sid": "session-1",
            "auth_time": at,
            **control.get("person", {}),
            **control.get("claims", {}),
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        access = secrets.token_urlsafe(16)
        tokens[access] = str(claims.get("sub"))
        signed = signer.sign(claims, control.get("sign", "rs256"), "JWT")
        return jsonify(access_token=access, token_type="Bearer", expires_in=300, id_token=signed)

    @app.get("/userinfo")
    def userinfo() -> Response | tuple[str, int]:
        access = (request.authorization.token if request.authorization else "") or ""
        if access not in tokens:
            return "no", 401
        said = {"sub": tokens[access], "iss": issuer, "aud": CLIENT, **control.get("userinfo", {})}
        if "userinfo_sign" in control:
            return Response(signer.sign(said, control["userinfo_sign"], "JWT"), mimetype="application/jwt")
        return jsonify(said)

    return app


if __name__ == "__main__":
    PORT = int(sys.argv[1])
    make(f"http://127.0.0.1:{PORT}").run("127.0.0.1", PORT, threaded=True)
