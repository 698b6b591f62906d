import json
from email import message_from_bytes
from email.policy import default
from email.utils import getaddresses
from importlib.resources import files

from iep_mail.demo.server import DEMO_DAY, demo_messages

HERE = files("iep_mail.demo")
PLACES = json.loads(HERE.joinpath("folders.json").read_text())
NAMES = sorted(entry.name for entry in HERE.joinpath("mail").iterdir())


def raw(name: str) -> bytes:
    return HERE.joinpath("mail", name).read_bytes()


def test_every_file_has_its_folder_and_no_other_is_named() -> None:
    assert sorted(PLACES) == NAMES
    assert set(PLACES.values()) == {"INBOX", "Sent", "School"}


def test_there_is_a_school_year_of_mail() -> None:
    served = [item for items in demo_messages().values() for item in items]
    assert len(served) == len(NAMES) == 60
    days = [when.date() for _, when in served]
    assert min(days).isoformat() < "2025-09-01"
    assert max(days) < DEMO_DAY
    assert DEMO_DAY.strftime("%A") == "Tuesday"


def test_every_message_is_well_formed() -> None:
    ids = set()
    for name in NAMES:
        data = raw(name)
        assert data.count(b"\n") == data.count(b"\r\n"), name
        message = message_from_bytes(data, policy=default)
        assert not message.defects, name
        assert all(message[key] for key in ("Message-ID", "Date", "From", "Subject")), name
        ids.add(message["Message-ID"])
        for part in message.walk():
            assert not part.defects, name
            if part["Content-Type"] and part.get_content_type() in ("text/plain", "text/html"):
                assert part.get_content().strip(), name
    assert len(ids) == len(NAMES)


def test_every_address_is_in_an_example_domain() -> None:
    for name in NAMES:
        message = message_from_bytes(raw(name), policy=default)
        for _, address in getaddresses([str(message.get(key, "")) for key in ("From", "To", "Cc")]):
            assert not address or ".example." in f".{address.rpartition('@')[2]}", (name, address)


def test_the_mail_is_as_varied_as_real_mail() -> None:
    everything = b"".join(map(raw, NAMES))
    for trait in (
        b"text/html",
        b"multipart/alternative",
        b"multipart/report",
        b"text/calendar",
        b"application/pdf",
        b"windows-1252",
        b"quoted-printable",
        b"base64",
        b"Auto-Submitted: auto-replied",
        b"Sent from my iPhone",
        b"gmail_quote",
        b"CONFIDENTIALITY NOTICE",
        b"List-Id:",
        b"application/ms-tnef",
    ):
        assert trait in everything, trait
