import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from iep_mail.adapters.iep_files import load_iep
from iep_mail.demo.server import PASSWORD, USER, demo_family, demo_messages, demo_server


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with demo_server(demo_messages(), USER, PASSWORD) as port:
        yield port


@pytest.fixture
def client(port: int) -> Iterator[IMAPClient]:
    with IMAPClient("127.0.0.1", port, ssl=False, timeout=10) as client:
        client.normalise_times = False
        client.login(USER, PASSWORD)
        yield client


def test_it_lists_exactly_the_folders_of_the_sample(client: IMAPClient) -> None:
    assert {name for _, _, name in client.list_folders()} == {"INBOX", "Sent", "School"}


@pytest.mark.slow
def test_what_it_serves_is_what_lies_in_the_files(client: IMAPClient) -> None:
    for folder, items in demo_messages().items():
        client.select_folder(folder, readonly=True)
        fetched = client.fetch(client.search(["ALL"]), ["BODY.PEEK[]", "INTERNALDATE"])
        served = {
            (sha256(f[b"BODY[]"]).hexdigest(), f[b"INTERNALDATE"].astimezone(UTC)) for f in fetched.values()
        }
        assert served == {(sha256(raw).hexdigest(), when) for raw, when in items}


@pytest.mark.slow
def test_it_searches_senders_and_receivers_by_a_part_of_the_address(client: IMAPClient) -> None:
    client.select_folder("INBOX", readonly=True)
    school = client.search(["FROM", "pecancreek.k12.example.org"])
    assert school
    assert len(school) < len(client.search(["ALL"]))
    assert client.search(["FROM", "nobody.example.org"]) == []
    client.select_folder("Sent", readonly=True)
    assert client.search(["TO", "bluffview-isd"])


def test_it_serves_headers_alone(client: IMAPClient) -> None:
    client.select_folder("INBOX", readonly=True)
    first = client.search(["ALL"])[0]
    (headers,) = client.fetch([first], ["BODY.PEEK[HEADER.FIELDS (FROM MESSAGE-ID)]"]).values()
    text = b"".join(value for value in headers.values() if isinstance(value, bytes))
    assert b"From:" in text
    assert b"Subject:" not in text


def test_a_wrong_password_is_refused(port: int) -> None:
    with IMAPClient("127.0.0.1", port, ssl=False, timeout=10) as client, pytest.raises(LoginError):
        client.login(USER, "not this one")


def test_it_stops_with_a_client_still_connected_and_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    item = (b"Subject: One\r\n\r\nHello\r\n", datetime(2026, 2, 2, tzinfo=UTC))
    with demo_server({"INBOX": [item], "A/B": []}, "someone", "secret") as port:
        client = IMAPClient("127.0.0.1", port, ssl=False, timeout=5)
        client.login("someone", "secret")
    client.shutdown()
    with pytest.raises(OSError, match="refused"):
        IMAPClient("127.0.0.1", port, ssl=False, timeout=2)
    assert capfd.readouterr() == ("", "")


def test_the_family_is_written_into_the_folder(tmp_path: Path) -> None:
    path = demo_family(14300, tmp_path / "home")
    config = tomllib.loads(path.read_text())
    assert config["mailboxes"][0]["imap"] == {"host": "127.0.0.1", "port": 14300, "security": "none"}
    assert (path.parent / config["school"]["calendar"]).read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    (iep,) = load_iep(path.parent / config["children"][0]["iep"])
    assert iep.child == config["children"][0]["name"]
    assert all(service.page for service in iep.services)
