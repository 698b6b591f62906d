"""Attacks on the local page: other hosts, other sites, other methods, old links."""

from __future__ import annotations

import pytest

from home import Home
from web_world import HERE, PORT, Browser

pytestmark = pytest.mark.slow

SOMEWHERE = ("/", "/cases", "/settings", "/request/r-1", "/draft/d-1", "/nowhere")


def test_the_link_opens_the_page_once(home: Home) -> None:
    home.import_story()
    browser = Browser(home, enter=False)
    link = browser.guard.new_link()
    assert link.startswith(f"{HERE}/open?key=")
    first = browser.client.get(link)
    assert first.status_code == 303
    cookie = first.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    stranger = browser.app.test_client()
    again = stranger.get(link)
    assert again.status_code == 403
    assert "Set-Cookie" not in again.headers
    assert "This page is closed" in again.get_data(as_text=True)
    assert browser.client.get(link).status_code == 303, "who is in stays in"


@pytest.mark.parametrize("path", SOMEWHERE)
def test_without_the_cookie_nothing_is_shown(home: Home, path: str) -> None:
    home.import_story()
    browser = Browser(home, enter=False)
    seen = browser.get(path)
    assert seen.status == 403
    assert "Mateo" not in seen.html
    assert "Speech" not in seen.html


def test_a_guessed_or_old_cookie_does_not_open(home: Home) -> None:
    home.import_story()
    old = Browser(home)
    new = Browser(home, enter=False)
    value = old.client.get_cookie(old.guard.cookie, domain="127.0.0.1")
    assert value is not None
    for guess in (value.value, "", "x", "é" * 40):
        new.client.set_cookie(new.guard.cookie, guess, domain="127.0.0.1")
        assert new.get("/").status == 403


def test_a_wrong_key_does_not_open(home: Home) -> None:
    browser = Browser(home, enter=False)
    browser.guard.new_link()
    for key in ("", "x", "%00", "é", "a" * 5000):
        assert browser.get(f"/open?key={key}").status == 403


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1.evil.example:{PORT}",
        "",
    ],
)
def test_a_foreign_host_is_refused_even_with_the_cookie(browser: Browser, host: str) -> None:
    """DNS rebinding: the browser believes that it talks to evil.example, and calls here."""
    for path in ("/", "/static/page.css", browser.guard.new_link().removeprefix(HERE)):
        answer = browser.client.get(path, base_url=HERE, headers={"Host": host})
        assert answer.status_code == 421
        assert "Mateo" not in answer.get_data(as_text=True)


def a_request(browser: Browser) -> str:
    return next(r.id for r in browser.viewer.look().book.requests if not r.status.settled)


def test_a_change_needs_the_token_of_the_page(browser: Browser) -> None:
    action = f"/request/{a_request(browser)}/settle"
    for given in ({}, {"csrf": ""}, {"csrf": "x"}, {"csrf": "é"}):
        answer = browser.client.post(action, data=given, base_url=HERE)
        assert answer.status_code == 400
    assert nothing_was_decided(browser)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": f"http://127.0.0.1:{PORT + 1}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_change_from_another_site_is_refused_even_with_the_token(
    browser: Browser, headers: dict[str, str]
) -> None:
    action = f"/request/{a_request(browser)}/settle"
    assert browser.post(action, headers=headers).status == 400
    assert nothing_was_decided(browser)


def test_nothing_changes_by_looking(browser: Browser) -> None:
    request = a_request(browser)
    for word in ("settle", "reopen", "withdraw", "not-a-request", "set-due"):
        assert browser.get(f"/request/{request}/{word}").status in (404, 405)
    assert browser.get("/undo/1").status in (404, 405)
    assert nothing_was_decided(browser)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(browser: Browser, method: str) -> None:
    assert browser.client.open("/", method=method, base_url=HERE).status_code == 405


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/page.css", "/cases"])
def test_every_answer_forbids_foreign_scripts_frames_and_caching(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "connect-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


@pytest.mark.parametrize(
    "where",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\r\nX-Evil: 1",
        "/%0d%0aX: 1",
    ],
)
def test_a_form_leads_to_no_other_site_and_writes_no_header(browser: Browser, where: str) -> None:
    data = {"csrf": browser.guard.csrf, "back": where}
    answer = browser.client.post(f"/request/{a_request(browser)}/settle", data=data, base_url=HERE)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/")
    assert not answer.headers["Location"].startswith(("//", "/\\"))
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2fmodel.py",
        "/static//etc/passwd",
        "/message/../../config.toml",
        "/message/%2e%2e%2fconfig.toml",
        "/case/%00",
    ],
)
def test_no_path_leads_out_of_the_pages(browser: Browser, path: str) -> None:
    seen = browser.get(path)
    assert seen.status in (400, 404, 405)
    assert "import" not in seen.html
    assert "root:" not in seen.html


def test_a_huge_form_is_refused(browser: Browser) -> None:
    seen = browser.post(f"/request/{a_request(browser)}/settle", {"back": "/" + "a" * 3_000_000})
    assert seen.status == 413
    assert nothing_was_decided(browser)


def nothing_was_decided(browser: Browser) -> bool:
    with browser.viewer.workspace() as workspace:
        return not workspace.store.all_decisions()
