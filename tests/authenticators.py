"""A security key in software: answers a browser's questions as WebAuthn describes, and lies where it is told to."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url as text

VERIFIED, PRESENT, HOLDS_KEY = 4, 1, 64


@dataclass
class Authenticator:
    """One device with one key; `origin` is what its browser reports."""

    origin: str
    host: str
    count: int = 0
    flags: int = VERIFIED | PRESENT
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str = ""

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _head(self, more: int = 0) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def make(self, options: dict[str, Any]) -> str:
        """Answer the question for a new passkey."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        held = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + public
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._head(HOLDS_KEY) + held})
        client = self._client("webauthn.create", options["challenge"])
        return self._said({"attestationObject": text(attested), "clientDataJSON": text(client), "transports": ["usb"]})

    def answer(self, options: dict[str, Any]) -> str:
        """Answer the question for a proof."""
        self.count += 1
        head, client = self._head(), self._client("webauthn.get", options["challenge"])
        signature = self.key.sign(head + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._said(
            {
                "authenticatorData": text(head),
                "clientDataJSON": text(client),
                "signature": text(signature),
                "userHandle": self.handle,
            }
        )

    def _said(self, response: dict[str, Any]) -> str:
        name = text(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
