"""Response headers, the session cookie and the key that signs it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface

from epiluma.errors import ConfigError
from epiluma.settings import Settings

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",  # the network runs in the browser as WebAssembly
        "style-src 'self'",
        "img-src 'self' data: blob:",  # blob: the picture just chosen; data: its heat map, never a file of ours
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class CookieSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, marked `Secure` wherever the page itself came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 -- Flask calls it so
        """Return whether this answer travels over TLS."""
        return request.is_secure


def secure(app: Flask, settings: Settings) -> None:
    """Set the signing key, the cookie's attributes and the headers of every answer."""
    app.config.update(
        SECRET_KEY=signing_key(settings),
        SESSION_COOKIE_NAME="epiluma",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a page left open overnight still works
        WTF_CSRF_SSL_STRICT=False,  # it compares the Referer, which our own policy keeps browsers from sending
    )
    app.session_interface = CookieSessions()
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Add the security headers, and keep every answer that is not a static file out of caches."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def signing_key(settings: Settings) -> str:
    """Return the key that signs cookies: the operator's, or one made once in `home/keys`.

    Raises:
        ConfigError: the folder cannot be written, or the file holds no key.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = settings.home / "keys" / "secret_key"
    try:
        if key := _stored_key(path):
            return key
        raise ConfigError(
            f"expected the key that signs cookies in {path}, found that the file holds no key. Delete it, and a new "
            "one is made; forms that are open then have to be loaded again."
        )
    except OSError as error:
        raise ConfigError(
            f"expected to keep the key that signs cookies in {path}, found that it cannot be used "
            f"({error.strerror}). Set EPILUMA_HOME to a folder you may write to, or set EPILUMA_SECRET_KEY."
        ) from None


def _stored_key(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    content = path.read_bytes()
    return content.decode("ascii").strip() if content.isascii() else ""


def _write_once(path: Path, text: str) -> None:
    # Written aside and linked into place: of two processes that start together one wins, and neither reads half a key.
    aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    with suppress(FileExistsError):
        os.link(aside, path)
    aside.unlink()
