"""Who may open the local page: this computer's browser, by the link that was printed, and nobody else.

A page on the network that makes the parent's browser call here is met by four walls: the Host header
must be ours (DNS rebinding), the cookie is SameSite=Strict, changes are POST only and carry a token,
and browsers' own word on where a request comes from (Origin, Sec-Fetch-Site) is believed.
"""

from __future__ import annotations

import hmac
import secrets
from threading import Lock

from flask import Flask, Request, Response, abort, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # Nothing of a child's records stays in the browser's cache.
    "Cache-Control": "no-store",
}
CSRF_FIELD = "csrf"
_METHODS = frozenset({"GET", "HEAD", "POST"})


class Guard:
    """The secrets of one start of the page; nothing of them outlives it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._token = secrets.token_urlsafe(32)
        self.csrf = secrets.token_urlsafe(32)
        self._links: set[str] = set()
        self._lock = Lock()

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    @property
    def cookie(self) -> str:
        """Cookies know no ports, so that two pages at once need two names."""
        return f"iep_mail_{self.port}"

    def new_link(self) -> str:
        """A link that opens the page once."""
        key = secrets.token_urlsafe(32)
        with self._lock:
            self._links.add(key)
        return f"http://127.0.0.1:{self.port}/open?key={key}"

    def use(self, key: str) -> bool:
        """Whether the key opens the page; it does so once."""
        with self._lock:
            found = next((k for k in self._links if hmac.compare_digest(k.encode(), key.encode())), None)
            self._links.discard(found or "")
        return found is not None

    def knows(self, asked: Request) -> bool:
        return hmac.compare_digest(asked.cookies.get(self.cookie, "").encode(), self._token.encode())

    def let_in(self, response: AnyResponse) -> AnyResponse:
        response.set_cookie(self.cookie, self._token, httponly=True, samesite="Strict", path="/")
        return response


def protect(app: Flask, guard: Guard) -> None:
    """Puts the guard before every request and its headers on every answer."""

    @app.before_request
    def check() -> AnyResponse | None:
        if request.headers.get("Host", "") not in guard.hosts:
            abort(421)
        if request.method not in _METHODS:
            abort(405)
        if request.endpoint == "static":
            return None
        if request.path == "/open":
            return _open(guard)
        if not guard.knows(request):
            abort(403)
        if request.method == "POST" and not _ours(guard):
            abort(400)
        return None

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Cache-Control"] = HEADERS["Cache-Control"]
        return response

    @app.context_processor
    def tokens() -> dict[str, str]:
        return {"csrf": guard.csrf, "csrf_field": CSRF_FIELD}


def _open(guard: Guard) -> AnyResponse:
    if request.method != "GET":
        abort(405)
    if guard.use(request.args.get("key", "")):
        return guard.let_in(redirect("/", 303))
    if guard.knows(request):
        return redirect("/", 303)
    return app_response(render_template("shut.html"), 403)


def app_response(text: str, status: int) -> Response:
    return Response(text, status=status, mimetype="text/html")


def _ours(guard: Guard) -> bool:
    """Whether a change comes from a page of ours. With `no-referrer` browsers send Origin as null."""
    origin = request.headers.get("Origin")
    if origin is not None and origin not in ("null", f"http://{request.headers['Host']}"):
        return False
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    given = request.form.get(CSRF_FIELD, "")
    return hmac.compare_digest(given.encode(), guard.csrf.encode())
