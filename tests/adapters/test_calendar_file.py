"""The district's calendar from a file or an https address, and what is used when it cannot be had."""

from __future__ import annotations

import ssl
import stat
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from home import CALENDAR, event
from iep_mail.adapters.calendar_file import parse_calendar, read_calendar
from iep_mail.errors import ConfigError
from iep_mail.model import CalendarEvent

REPEATING = (
    "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260105\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n"
    "SUMMARY:Early release\r\nUID:w\r\nEND:VEVENT\r\n"
)


def calendar(*events: str) -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


def test_days_are_inclusive_and_repetitions_spelled_out() -> None:
    read = parse_calendar(calendar(event("20251222", "20260103", "Winter Break"), REPEATING), "x.ics")
    assert read.events == (
        CalendarEvent(date(2025, 12, 22), date(2026, 1, 2), "Winter Break"),
        CalendarEvent(date(2026, 1, 5), date(2026, 1, 5), "Early release"),
        CalendarEvent(date(2026, 1, 12), date(2026, 1, 12), "Early release"),
        CalendarEvent(date(2026, 1, 19), date(2026, 1, 19), "Early release"),
    )
    assert read.note == ""


@pytest.mark.parametrize("repeating", ["", REPEATING])
def test_an_event_that_cannot_be_read_is_left_out_and_counted(repeating: str) -> None:
    broken = "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:someday\r\nSUMMARY:Fair\r\nEND:VEVENT\r\n"
    read = parse_calendar(calendar(event("20260119", "20260120", "Holiday"), broken, repeating), "x.ics")
    assert CalendarEvent(date(2026, 1, 19), date(2026, 1, 19), "Holiday") in read.events
    assert read.note == f"1 of {3 if repeating else 2} events in the school calendar could not be read."


# --- from an address ------------------------------------------------------------------------


@dataclass
class District:
    """A web server whose answer a test may change."""

    address: str
    body: bytes = CALENDAR.encode()
    status: int = 200
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def district(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[District]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            self.send_response(site.status)
            self.send_header("Content-Length", str(len(site.body)))
            self.end_headers()
            self.wfile.write(site.body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    site = District(f"https://127.0.0.1:{server.server_port}/district.ics")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


def test_what_was_fetched_is_kept_for_nights_without_network(district: District, tmp_path: Path) -> None:
    cache = tmp_path / "copy.ics"
    first = read_calendar(district.address, cache)
    assert first.note == ""
    assert stat.S_IMODE(cache.stat().st_mode) == 0o600
    district.status = 503
    later = read_calendar(district.address, cache)
    assert later.events == first.events
    assert "could not be fetched or read, so the copy of" in later.note


@pytest.mark.parametrize(
    "body", [b"<html>We have moved</html>", b"", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"]
)
def test_what_is_no_calendar_does_not_take_the_place_of_a_good_copy(
    district: District, tmp_path: Path, body: bytes
) -> None:
    cache = tmp_path / "copy.ics"
    first = read_calendar(district.address, cache)
    district.body = body
    later = read_calendar(district.address, cache)
    assert later.events == first.events
    assert later.note
    assert cache.read_bytes() == CALENDAR.encode()


def test_without_a_copy_it_is_an_error_that_names_the_address(district: District, tmp_path: Path) -> None:
    district.status = 404
    with pytest.raises(ConfigError, match="could not be fetched") as caught:
        read_calendar(district.address, tmp_path / "copy.ics")
    assert district.address in caught.value.what
    assert "[school] calendar" in caught.value.remedy


def test_looking_at_the_cases_asks_no_network_where_there_is_a_copy(
    district: District, tmp_path: Path
) -> None:
    cache = tmp_path / "copy.ics"
    read_calendar(district.address, cache, refresh=False)
    read_calendar(district.address, cache, refresh=False)
    assert len(district.asked) == 1


def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    district: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ConfigError, match="could not be fetched"):
        read_calendar(district.address, tmp_path / "copy.ics")
    assert not district.asked


@pytest.mark.parametrize(
    "address", ["http://district.example.org/c.ics", "file:///etc/passwd", "ftp://x.example/c"]
)
def test_only_https_is_asked(address: str) -> None:
    with pytest.raises(ConfigError, match="does not begin with https"):
        read_calendar(address)


def test_a_calendar_of_any_size_is_not_read(district: District, tmp_path: Path) -> None:
    district.body = b"BEGIN:VCALENDAR\r\n" + b"X-FILL:1\r\n" * 600_000
    with pytest.raises(ConfigError, match="larger than 5 MB"):
        read_calendar(district.address, tmp_path / "copy.ics")
