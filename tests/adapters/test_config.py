from __future__ import annotations

import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from iep_mail.adapters.config import data_dir, find_config, load_config, parse_duration
from iep_mail.adapters.config_schema import TABLES
from iep_mail.errors import ConfigError
from iep_mail.model import DayKind, Duration, RequestKind, Server

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"

GOOD = """\
[family]
timezone = "America/New_York"
state = "PA"

[[parents]]
name = "Robin Vale"
addresses = ["robin@example.net"]

[[children]]
name = "Kim Vale"
iep = "iep-kim.toml"

[school]
domains = ["Oak.example.org"]
calendar = "calendar.ics"

[[school.contacts]]
address = "lee@clinic.example.com"

[deadlines]
default = "5 school days"

[[mailboxes]]
address = "robin@example.net"
imap = { host = "imap.example.net", port = 993, security = "tls" }
auth = { method = "keyring" }
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file(tmp_path: Path):
    config = load_config(write(tmp_path, GOOD))
    assert config.family.school.domains == ("oak.example.org",)
    assert config.family.deadlines == {"default": Duration(5, DayKind.SCHOOL)}
    assert config.family.children[0].iep_paths == (str(tmp_path / "iep-kim.toml"),)
    assert config.calendar == str(tmp_path / "calendar.ics")
    assert config.mailboxes[0].user == "robin@example.net"
    assert config.mailboxes[0].folders is None
    assert (config.drafts, config.filing) == ("store", "store")


# what is put in place of what; then the line, words of the complaint, words of the remedy
MISTAKES = [
    ("timezone =", "timezon =", 2, "family.timezon is not a key", "Did you mean timezone?"),
    ('timezone = "America/New_York"\n', "", 1, "family.timezone is missing", "America/New_York"),
    ('"America/New_York"', "5", 2, "family.timezone is a number", "text in quotation marks"),
    ("New_York", "Newyork", 2, "no time zone", "Did you mean America/New_York?"),
    ("America/New_York", "Europe/Berln", 2, "no time zone", "Did you mean Europe/Berlin?"),
    ("America/New_York", "../../etc/passwd", 2, "no time zone", "America/Chicago"),
    ('state = "PA"', 'state = "Pennsylvania"', 3, "no state's code", 'state = "PA"'),
    ('state = "PA"', 'state = "XX"', 3, "no state's code", "two letters"),
    ('addresses = ["robin@example.net"]', "addresses = []", 7, "parents 1: addresses is empty", "you@"),
    ('["robin@example.net"]', '"robin@example.net"', 7, "is text", "list in square brackets"),
    ('["robin@example.net"]', "[3]", 7, "is a number", "text in quotation marks"),
    ('["robin@example.net"]', '["robin at example.net"]', 7, "no mail address", "someone@example.org"),
    ('["robin@example.net"]', '["robin@example.net", "Robin@example.net"]', 7, "listed twice", "Keep one"),
    ('name = "Robin Vale"', 'name = " "', 6, "parents 1: name is empty", "one line"),
    ('name = "Kim Vale"', 'name = "Kim\\nVale"', 10, "control character", "one line"),
    ('["Oak.example.org"]', '["@oak.example.org"]', 14, "no domain", "follows the @"),
    ('["Oak.example.org"]', '["gmail.com"]', 14, "everybody", "[[school.contacts]]"),
    ('["Oak.example.org"]', '["a.example.org", "A.example.org"]', 14, "listed twice", "Keep one"),
    ('"calendar.ics"', '"http://oak.example.org/c.ics"', 15, "school.calendar is", "https://"),
    ("lee@clinic.example.com", "lee", 18, "school.contacts 1: address", "someone@example.org"),
    ("lee@clinic.example.com", "robin@example.net", 18, "a parent's own address", "one place only"),
    ('default = "5 school days"', 'defualt = "5 school days"', 21, "no kind of request", "default?"),
    ('default = "5 school days"', 'record = "5 days"', 21, "no kind of request", "Did you mean records?"),
    ('"5 school days"', '"5 skool days"', 21, "no count of days", "5 school days"),
    ('"5 school days"', '"0 days"', 21, "no count of days", "45 days"),
    ('"5 school days"', "5", 21, "deadlines.default is a number", "text in quotation marks"),
    ('security = "tls"', 'security = "none"', 25, "server on the network", 'security = "tls"'),
    ('security = "tls"', 'security = "ssl"', 25, 'is "ssl"', "tls"),
    ("port = 993", 'port = "993"', 25, "imap.port is text", "without quotation marks"),
    ("port = 993", "port = 99300", 25, "is 99300", "993"),
    ("port = 993", "prt = 993", 25, "imap.prt is not a key", "Did you mean port?"),
    ('host = "imap.example.net"', 'host = "imap.example.net\\r\\nA"', 25, "imap.host", "imap.example.net"),
    ('host = "imap.example.net", ', "", 25, "imap.host is missing", "host ="),
    ('"keyring"', '"keychain"', 26, 'is "keychain"', "keyring"),
    ('"keyring"', '"environment"', 26, "auth.variable is needed", "IEP_MAIL_PASSWORD"),
    ('"keyring"', '"command"', 26, "auth.command is needed", "pass"),
    ('"keyring"', '"oauth2"', 26, "auth.provider is needed", "google"),
    ('"keyring"', '"keyring", variable = "X"', 26, "does not belong", "Take variable out"),
    ('auth = { method = "keyring" }', 'folders = "INBOX"', 23, "auth is missing", "keyring"),
    ('{ method = "keyring" }\n', '{ method = "keyring" }\nfolders = []\n', 27, "folders is []", "auto"),
    (
        '{ method = "keyring" }\n',
        '{ method = "keyring" }\n[nightly]\ndrafts = "send"\n',
        28,
        '"send"',
        "store",
    ),
    ('{ method = "keyring" }\n', '{ method = "keyring" }\n[nightli]\n', 27, "nightli is not", "nightly?"),
    ("[deadlines]", "[deadlines", 20, "cannot be understood", "quotation marks"),
    ('"PA"', "“PA”", 3, "cannot be understood", "straight"),
    ('"calendar.ics"', '"C:\\Users\\c.ics"', 15, "cannot be understood", "/ instead"),
    ('state = "PA"', 'timezone = "America/Chicago"', 3, "written twice", "Keep one"),
]


@pytest.mark.parametrize(("old", "new", "line", "wrong", "right"), MISTAKES, ids=lambda v: str(v)[:30])
def test_every_mistake_is_told_with_its_place_and_cure(tmp_path: Path, old, new, line, wrong, right):
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert wrong in caught.value.what
    assert right in caught.value.remedy
    assert caught.value.what.startswith(f"{path}, line {line}:")
    assert caught.value.exit_code == 2


def test_no_parents(tmp_path: Path):
    text = re.sub(r"\[\[parents\]\].*?\n\n", "", GOOD, flags=re.DOTALL)
    with pytest.raises(ConfigError, match="parents is missing"):
        load_config(write(tmp_path, text))
    with pytest.raises(ConfigError, match="parents is empty"):
        load_config(write(tmp_path, "parents = []\n" + text))


def test_a_school_that_is_nobody(tmp_path: Path):
    text = "[family]\ntimezone = 'UTC'\n[[parents]]\nname = 'R'\naddresses = ['r@example.net']\n[school]\n"
    with pytest.raises(ConfigError, match=r"school\.domains is empty"):
        load_config(write(tmp_path, text))


def test_the_same_mailbox_twice(tmp_path: Path):
    again = GOOD[GOOD.index("[[mailboxes]]") :]
    with pytest.raises(ConfigError, match=r"line 29: mailboxes 2: address .* listed twice"):
        load_config(write(tmp_path, GOOD + "\n" + again))


def test_a_missing_file_says_how_to_make_one(tmp_path: Path):
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "none.toml")
    assert "iep-mail init" in caught.value.remedy


def test_files_of_other_editors(tmp_path: Path):
    path = write(tmp_path, "")
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_config(path).family.state == "PA"
    path.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_config(path)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_plaintext_only_to_this_computer(tmp_path: Path, host: str):
    old = 'host = "imap.example.net", port = 993, security = "tls"'
    text = GOOD.replace(old, f'host = "{host}", security = "none"')
    assert load_config(write(tmp_path, text)).mailboxes[0].imap == Server(host, 143, "none")
    with pytest.raises(ConfigError):
        load_config(write(tmp_path, text.replace(host, host + ".example.com")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45 days", Duration(45, DayKind.CALENDAR)),
        ("1 day", Duration(1, DayKind.CALENDAR)),
        ("10 calendar days", Duration(10, DayKind.CALENDAR)),
        ("10 business days", Duration(10, DayKind.BUSINESS)),
        (" 5  School Days ", Duration(5, DayKind.SCHOOL)),
        ("2 weeks", None),
        ("-3 days", None),
        ("five days", None),
        ("9" * 5000 + " days", None),
        ("5", None),
        ("", None),
    ],
)
def test_durations(text: str, expected: Duration | None):
    assert parse_duration(text) == expected


def test_the_example_loads_as_it_is_and_with_everything_switched_on(tmp_path: Path):
    assert load_config(EXAMPLE).calendar is None
    full = re.sub(r"^#(?=[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    config = load_config(write(tmp_path, full))
    assert set(config.family.deadlines) == {"default", *RequestKind}


def test_the_example_names_every_key():
    full = re.sub(r"^#(?=[a-z_]+ = )", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    tables = tomllib.loads(full)
    for path, table in TABLES.items():
        here = tables
        for part in path:
            here = here[part]
            here = here[0] if isinstance(here, list) else here
        optional = {"variable", "command", "provider"} if path[-1:] == ("auth",) else {"name"}
        names = {f.name for f in msgspec.structs.fields(table)}
        assert names - set(here) <= (optional if path[-1:] in (("auth",), ("portals",)) else set())


def test_where_files_are(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("IEP_MAIL_CONFIG", str(tmp_path / "c.toml"))
    monkeypatch.setenv("IEP_MAIL_DATA", str(tmp_path / "d"))
    assert find_config(None) == tmp_path / "c.toml"
    assert data_dir(None) == tmp_path / "d"
    assert find_config("x.toml") == Path("x.toml")
    monkeypatch.delenv("IEP_MAIL_CONFIG")
    monkeypatch.delenv("IEP_MAIL_DATA")
    assert find_config().name == "config.toml"
    assert data_dir().name == "iep-mail"
