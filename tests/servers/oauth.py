"""An authorisation server on this machine: consent by page and by code, refresh, and what a mail server asks."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from iep_mail.adapters.oauth import OAuthProvider

CLIENT = "parents-own-client"


@dataclass
class Authority:
    """`refuses`: the error that the token endpoint answers with. `denies`: the parent says no."""

    user: str = "parent"
    rotates: bool = True
    denies: bool = False
    refuses: str = ""
    pending: int = 1  # how often a device's code is not typed yet
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    access: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> Authority:
        authority = self

        class Handler(_Handler):
            server_state = authority

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def provider(self, key: str = "google") -> OAuthProvider:
        base = f"http://127.0.0.1:{self.port}"
        return OAuthProvider(key, "Testmail", f"{base}/authorize", f"{base}/token", ("mail",), "its console",
                             "Make a client.", f"{base}/device")  # fmt: skip

    def browser(self, address: str) -> None:
        """What the parent's browser does: opens the page, and follows where it is sent."""
        threading.Thread(
            target=lambda: urllib.request.urlopen(address, timeout=10).read(), daemon=True
        ).start()

    def tokens(self) -> dict[str, Any]:
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.access.add(access)
        self.refresh.add(refresh)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": "less than was asked",
        }


class _Handler(BaseHTTPRequestHandler):
    server_state: Authority

    def do_GET(self) -> None:
        parts = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(parts.query))
        state = self.server_state
        if parts.path == "/introspect":
            active = asked.get("token") in state.access
            self._say(
                200,
                {"active": active, "username": state.user, "email": state.user}
                if active
                else {"active": False},
            )
        elif parts.path == "/authorize":
            state.asked.append(asked)
            answer = {"state": asked["state"]}
            if state.denies:
                answer["error"] = "access_denied"
            else:
                answer["code"] = secrets.token_urlsafe(12)
                state.codes[answer["code"]] = asked
            self.send_response(302)
            self.send_header("Location", f"{asked['redirect_uri']}/?{urllib.parse.urlencode(answer)}")
            self.end_headers()
        else:
            self._say(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(urllib.parse.parse_qsl(body))
        state = self.server_state
        state.asked.append(form)
        if self.path == "/device":
            self._say(200, {"device_code": "dev-1", "user_code": "ABCD-EFGH", "interval": 0,
                            "verification_uri": "https://example.net/device", "expires_in": 60})  # fmt: skip
        elif state.refuses:
            self._say(400, {"error": state.refuses})
        else:
            self._say(*self._token(form))

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        state, kind = self.server_state, form["grant_type"]
        if form.get("client_id") != CLIENT:
            return 401, {"error": "invalid_client"}
        if kind == "refresh_token":
            if form["refresh_token"] not in state.refresh:
                return 400, {"error": "invalid_grant"}
            answer = state.tokens()
            if state.rotates:
                state.refresh.discard(form["refresh_token"])
            else:
                state.refresh.discard(str(answer.pop("refresh_token")))
            return 200, answer
        if kind == "authorization_code":
            asked = state.codes.pop(form["code"], None)
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            good = (
                asked and proof == asked["code_challenge"] and form["redirect_uri"] == asked["redirect_uri"]
            )
            return (200, state.tokens()) if good else (400, {"error": "invalid_grant"})
        if state.denies:
            return 400, {"error": "access_denied"}
        if state.pending:
            state.pending -= 1
            return 400, {"error": "authorization_pending"}
        return 200, state.tokens()

    def _say(self, code: int, answer: dict[str, Any]) -> None:
        content = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        pass
