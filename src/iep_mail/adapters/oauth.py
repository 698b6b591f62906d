"""Signing in on the provider's own page (OAuth 2.0), and a fresh token for each run.

The parent gives consent in a browser of this computer (RFC 8252 with PKCE, RFC 7636) or on any other
device (RFC 8628). What is kept, in the keyring alone, is the refresh token with the client that it
belongs to; access tokens live in memory.
"""

from __future__ import annotations

import json
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
import webbrowser
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from iep_mail.adapters.keyring_store import keep_secret, kept_secret
from iep_mail.data import load
from iep_mail.errors import LoginError, MailboxError
from iep_mail.model import Mailbox

SERVICE = "iep-mail-oauth"
_HTTP_SECONDS = 30
_CONSENT_SECONDS = 300
_EARLY = 120  # seconds before its end from which a token is not used any more
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class OAuthProvider:
    """The endpoints of one provider (data/providers.toml)."""

    key: str
    name: str
    authorize: str
    token: str
    scopes: tuple[str, ...]
    client: str  # where a parent makes a client of their own
    how: str
    device: str = ""
    redirect_host: str = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Consent:
    """What the parent's consent left: the client it was given to, and the refresh token."""

    client_id: str
    client_secret: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the parent types on the provider's page, on any device."""

    user_code: str
    address: str
    device_code: str
    interval: float
    ends: float  # a time.monotonic time


def oauth_provider(key: str) -> OAuthProvider:
    """The provider named in config.toml. Raises LoginError for one that the table does not have."""
    row: Mapping[str, Any] | None = load("providers")["oauth"].get(key)
    if row is None:
        raise LoginError(
            f"iep-mail does not know how to sign in at “{key}”.",
            "Use an app password if the provider has them.",
        )
    return OAuthProvider(
        key=key,
        name=row["name"],
        authorize=row["authorize"],
        token=row["token"],
        scopes=tuple(row["scopes"]),
        client=row["client"],
        how=row["how"],
        device=row.get("device", ""),
        redirect_host=row.get("redirect_host", "127.0.0.1"),
    )


# --- a token for a run ------------------------------------------------------------------------

# Until when by both clocks: one stands still while a laptop sleeps, the other may be set back.
_tokens: dict[tuple[str, str], tuple[str, float, float]] = {}


def access_token(mailbox: Mailbox) -> str:
    """A token that opens the mailbox now, refreshed where the last one has run out.

    Raises LoginError where the parent has to sign in (again), MailboxError where the provider cannot be
    reached just now.
    """
    provider = oauth_provider(mailbox.auth.provider or "")
    consent = kept_consent(mailbox)
    if consent is None:
        raise LoginError(
            f"You have not signed in to {mailbox.address} yet.",
            f"Run: iep-mail account sign-in {mailbox.address}",
        )
    key = (mailbox.user, consent.refresh_token)
    token, ends, ends_by_the_wall = _tokens.get(key, ("", 0.0, 0.0))
    if token and time.monotonic() < ends and time.time() < ends_by_the_wall:
        return token
    answer = _refreshed(provider, consent, mailbox)
    renewed = str(answer.get("refresh_token") or consent.refresh_token)
    if renewed != consent.refresh_token:  # Microsoft gives a new one each time
        consent = Consent(consent.client_id, consent.client_secret, renewed)
        keep_consent(mailbox, consent)
    token = str(answer["access_token"])
    seconds = float(answer.get("expires_in") or 3600) - _EARLY
    until = (time.monotonic() + seconds, time.time() + seconds)
    _tokens[mailbox.user, consent.refresh_token] = (token, *until)
    return token


def _refreshed(provider: OAuthProvider, consent: Consent, mailbox: Mailbox) -> Mapping[str, Any]:
    from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

    client = WebApplicationClient(consent.client_id)
    secret = {"client_secret": consent.client_secret} if consent.client_secret else {}
    body = client.prepare_refresh_body(
        refresh_token=consent.refresh_token, client_id=consent.client_id, scope=None, **secret
    )
    try:
        return dict(client.parse_request_body_response(_post(provider.token, body)))
    except OAuth2Error as error:
        kind = error.error
    # Raised out here: an exception of the library may quote the answer, and with it a token.
    raise _refused(provider, mailbox, kind or "")


def _refused(provider: OAuthProvider, mailbox: Mailbox, kind: str) -> LoginError | MailboxError:
    # No token and no reason: the page of a hotel's network answered, not the provider.
    if kind in ("temporarily_unavailable", "server_error", "slow_down", "missing_token", ""):
        return MailboxError(f"{provider.name} cannot renew the sign-in just now.", "Try again later.")
    if kind in ("invalid_client", "unauthorized_client"):
        return LoginError(
            f"{provider.name} does not know the client through which you signed in.",
            f"Check it at {provider.client}, then run: iep-mail account sign-in {mailbox.address}",
        )
    more = " A Google client in Testing loses it after 7 days." if provider.key == "google" else ""
    return LoginError(
        f"{provider.name} no longer accepts your consent for {mailbox.address}: it was withdrawn, has run out, "
        f"or the password was changed.{more}",
        f"Sign in again: iep-mail account sign-in {mailbox.address}",
    )


def kept_consent(mailbox: Mailbox) -> Consent | None:
    """The consent in the keyring. Raises LoginError where there is no keyring."""
    text = kept_secret(SERVICE, mailbox.user, mailbox.address)
    try:
        return Consent(**json.loads(text)) if text else None
    except (ValueError, TypeError):
        return None


def keep_consent(mailbox: Mailbox, consent: Consent) -> None:
    keep_secret(SERVICE, mailbox.user, json.dumps(asdict(consent)))


# --- consent in a browser of this computer ----------------------------------------------------


def sign_in_here(
    provider: OAuthProvider,
    client_id: str,
    client_secret: str = "",
    *,
    hint: str = "",
    show: Callable[[str], None],
    open_page: Callable[[str], object] | None = None,
    seconds: float = _CONSENT_SECONDS,
) -> Consent:
    """Opens the provider's page and waits on this computer for its answer; `show` is given the address of
    the page, for a browser that does not open by itself. Raises LoginError and MailboxError."""
    from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

    client = WebApplicationClient(client_id)
    verifier = client.create_code_verifier(64)
    state = secrets.token_urlsafe(24)
    with _Listener(seconds) as listener:
        redirect = f"http://{provider.redirect_host}:{listener.server_port}"
        address = client.prepare_request_uri(
            provider.authorize,
            redirect_uri=redirect,
            scope=list(provider.scopes),
            state=state,
            code_challenge=client.create_code_challenge(verifier, "S256"),
            code_challenge_method="S256",
            access_type="offline",
            prompt="consent",
            login_hint=hint,
        )
        show(address)
        (open_page or webbrowser.open)(address)
        path = listener.wait()
    try:
        # The library takes no http address, not even of this computer.
        client.parse_request_uri_response(f"https://localhost{path}", state=state)
        body = client.prepare_request_body(
            redirect_uri=redirect,
            include_client_id=True,
            code_verifier=verifier,
            **({"client_secret": client_secret} if client_secret else {}),
        )
        answer = dict(client.parse_request_body_response(_post(provider.token, body)))
    except OAuth2Error as error:
        kind = error.error or ""
    else:
        return _consent(provider, client_id, client_secret, answer)
    raise _not_given(provider, kind)


class _Listener(HTTPServer):
    """Takes the one answer of the provider's page, on this computer alone."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self.path = ""
        super().__init__(("127.0.0.1", 0), _Answer)
        self.timeout = 1.0

    def wait(self) -> str:
        while not self.path:
            if time.monotonic() > self._ends:
                raise LoginError("Nobody gave consent on the page in time.", "Run the same command again.")
            self.handle_request()
        return self.path


class _Answer(BaseHTTPRequestHandler):
    timeout = 2  # browsers open connections ahead of time and say nothing on them

    def do_GET(self) -> None:
        asked = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        known = bool({"code", "error"} & set(asked))
        if known:
            self.server.path = self.path  # type: ignore[attr-defined]
        page = b"You can close this page and go back to iep-mail." if known else b"Not found."
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: the address holds the code."""


# --- consent on another device ----------------------------------------------------------------


def begin_on_device(provider: OAuthProvider, client_id: str) -> DeviceCode:
    """A code that the parent types on the provider's page. Raises LoginError and MailboxError."""
    body = urllib.parse.urlencode({"client_id": client_id, "scope": " ".join(provider.scopes)})
    answer = _as_json(_post(provider.device, body))
    if "device_code" not in answer:
        raise _not_given(provider, str(answer.get("error", "")))
    return DeviceCode(
        user_code=str(answer["user_code"]),
        address=str(answer.get("verification_uri") or answer.get("verification_url")),
        device_code=str(answer["device_code"]),
        interval=float(answer.get("interval") or 5),
        ends=time.monotonic() + float(answer.get("expires_in") or 900),
    )


def wait_for_device(
    provider: OAuthProvider,
    client_id: str,
    code: DeviceCode,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Consent:
    """Waits until the parent has typed the code. Raises LoginError and MailboxError."""
    from oauthlib.oauth2 import DeviceClient

    interval = code.interval
    body = DeviceClient(client_id).prepare_request_body(code.device_code, include_client_id=True)
    while time.monotonic() < code.ends:
        sleep(interval)
        answer = _as_json(_post(provider.token, body))
        if "access_token" in answer:
            return _consent(provider, client_id, "", answer)
        kind = str(answer.get("error", ""))
        if kind == "slow_down":
            interval += 5
        elif kind != "authorization_pending":
            raise _not_given(provider, kind)
    raise _not_given(provider, "expired_token")


def _consent(
    provider: OAuthProvider, client_id: str, client_secret: str, answer: Mapping[str, Any]
) -> Consent:
    refresh = str(answer.get("refresh_token") or "")
    if not refresh:
        raise LoginError(
            f"{provider.name} gave no lasting consent, so iep-mail could not read your mail at night.",
            f"Take the old consent away in your {provider.name} account, then sign in again.",
        )
    return Consent(client_id, client_secret, refresh)


def _not_given(provider: OAuthProvider, kind: str) -> LoginError:
    if kind == "access_denied":
        return LoginError(f"You did not give consent on {provider.name}'s page.", "Nothing was changed.")
    if kind in ("expired_token", "code_expired"):
        return LoginError("The code was not typed in time.", "Run the same command again for a new one.")
    if kind in ("invalid_client", "unauthorized_client"):
        return LoginError(
            f"{provider.name} does not know this client ID, or it may not be used like this.", provider.how
        )
    return LoginError(
        f"{provider.name} did not accept the sign-in ({kind or 'no reason given'}).",
        "Run the same command again.",
    )


# --- HTTPS ------------------------------------------------------------------------------------


def _post(address: str, body: str) -> str:
    """The answer's text, also where the provider says no. Raises MailboxError where none comes."""
    parts = urllib.parse.urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise MailboxError("A sign-in address without encryption was refused.", "")
    request = urllib.request.Request(  # noqa: S310 - https, or this computer
        address,
        data=body.encode("ascii"),
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_HTTP_SECONDS) as response:  # noqa: S310
            return _text(response)
    except urllib.error.HTTPError as error:
        if error.code < 500:
            return _text(error)
    except OSError:
        pass
    raise MailboxError(
        f"{parts.hostname} could not be reached to renew the sign-in.",
        "Check the internet connection and try again; nothing is lost.",
    )


def _text(response: Any) -> str:
    content: bytes = response.read(100_000)
    return content.decode("utf-8", "replace")


def _as_json(text: str) -> Mapping[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
