"""Who a mail is from and to, also where its fields are not quite as they should be."""

from __future__ import annotations

import email.utils

import pytest

from iep_mail.core.reading import headers
from iep_mail.core.reading.message import read_message
from iep_mail.model import Address


def to(field: str) -> tuple[Address, ...]:
    return read_message(
        f"From: a@school.example.org\r\nTo: {field}\r\nSubject: x\r\n\r\nHello\r\n".encode()
    ).to


@pytest.fixture(params=["as this Python does it", "as the strictest does it"])
def python(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Newer Pythons, and Debian's, refuse a whole field for one mistake."""
    if request.param == "as this Python does it":
        return

    def strict(values: list[str]) -> list[tuple[str, str]]:
        found = email.utils.getaddresses(values)
        clean = all("@" in address and not set("()<>") & set(name + address) for name, address in found)
        return found if clean and values[0].count("@") == len(found) else [("", "")]

    monkeypatch.setattr(headers, "getaddresses", strict)


@pytest.mark.usefixtures("python")
@pytest.mark.parametrize(
    ("field", "emails"),
    [
        ("Smith, John <john@school.example.org>", ["john@school.example.org"]),
        ("Smith, John <john@school.example.org>, Vo, Thuy <vo@school.example.org>",
         ["john@school.example.org", "vo@school.example.org"]),
        ("<script>alert(1)</script> (Room 3 <ellen@school.example.org>", ["ellen@school.example.org"]),
        ("ellen@school.example.org; john@school.example.org",
         ["ellen@school.example.org", "john@school.example.org"]),
        ('"Park, Ellen" <ellen@school.example.org>, john@school.example.org',
         ["ellen@school.example.org", "john@school.example.org"]),
        ("undisclosed-recipients:;", []),
        ("", []),
    ],
)  # fmt: skip
def test_every_address_of_a_field_is_found(field: str, emails: list[str]) -> None:
    assert [a.email for a in to(field)] == emails


def test_a_name_with_a_bare_comma_is_kept_whole_where_python_is_strict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(headers, "getaddresses", lambda values: [("", "")])
    assert to("Smith, John <john@school.example.org>") == (Address("Smith, John", "john@school.example.org"),)
