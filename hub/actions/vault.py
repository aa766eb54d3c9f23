"""What is stored encrypted: sealed with a key made from the hub's secret key, one key for each purpose."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def _box(secret_key: str, purpose: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=f"hub {purpose}".encode()).derive(secret_key.encode())
    return Fernet(urlsafe_b64encode(key))


def seal(secret_key: str, purpose: str, text: str) -> bytes:
    """Encrypt `text` and protect it against change (AES-128-CBC with HMAC-SHA-256, by Fernet)."""
    return _box(secret_key, purpose).encrypt(text.encode())


def unseal(secret_key: str, purpose: str, sealed: bytes) -> str | None:
    """Return what was sealed for this purpose; None if it was sealed with another key or has been changed."""
    try:
        return _box(secret_key, purpose).decrypt(sealed).decode()
    except InvalidToken:
        return None
