"""The service ledger as a parent uses it."""

import csv
import io
from pathlib import Path

import pytest

from home import Home

PLAN = """\
child = "Mateo Delgado"
document = "IEP of September 2, 2025"
effective_from = 2025-09-02
effective_to = 2026-09-01

[[services]]
name = "Speech-language therapy"
minutes = 30
frequency = "2 times per week"
page = 7
"""


@pytest.fixture
def planned(home: Home) -> Home:
    (home.folder / "iep-mateo.toml").write_text(PLAN)
    text = home.config.read_text().replace(
        'nicknames = ["Teo"]', 'nicknames = ["Teo"]\niep = "iep-mateo.toml"'
    )
    home.config.write_text(text)
    return home


def flat(text: str) -> str:
    return " ".join(text.split())


def log(home: Home, text: str, encoding: str = "utf-8") -> str:
    path = home.folder / "log.csv"
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_sessions_entered_by_hand_are_counted_and_can_be_taken_back(planned: Home) -> None:
    said = planned.run("services", "add", "speech", "2026-01-12", "--missed", "--reason", "provider-absent")
    assert (said.code, "Speech-language therapy, not held (the provider was absent)" in flat(said.out)) == (
        0,
        True,
    )
    planned.run("services", "add", "Speech", "2026-02-03", "--make-up", "--minutes", "15")
    shown = planned.run("services")
    assert "Speech-language therapy, 30 minutes, 2 times per week (page 7)" in flat(shown.out)
    assert "1 session (30 minutes) not held, of which 15 minutes were made up; 15 minutes" in flat(shown.out)
    assert "a starting point for the team's decision" in flat(shown.out)
    total = planned.run("services", "--json").json["services"][0]["total"]
    assert (total["outstanding_minutes"], total["made_up"]["minutes"]) == (15, 15)
    planned.run("undo")
    assert planned.run("services", "--json").json["services"][0]["total"]["outstanding_minutes"] == 30


def test_a_missed_session_seen_in_mail_waits_for_the_parent(planned: Home) -> None:
    folder = planned.folder / "mail"
    folder.mkdir()
    (folder / "1.eml").write_text(
        "From: Ellen Park <epark@maplehill.example.org>\nTo: rosa@delgado.example.net\n"
        "Date: Thu, 15 Jan 2026 15:00:00 +0000\nMessage-ID: <miss@mail.example.net>\nSubject: Speech\n\n"
        "Hi Rosa,\n\nSpeech was not held on January 14 because the therapist was out.\n\nEllen Park\n"
    )
    assert planned.run("import", str(folder)).code == 0
    waiting = planned.run("services", "--json").json["waiting"]
    assert [(w["service"], w["on"]) for w in waiting] == [("Speech-language therapy", "2026-01-14")]
    assert planned.run("services", "--json").json["services"][0]["total"]["missed"] == {}
    assert planned.run("services", "confirm", waiting[0]["id"][:4], "--reason", "provider-absent").code == 0
    found = planned.run("services", "--json").json
    assert found["waiting"] == []
    assert found["services"][0]["total"]["missed"] == {"provider_absent": {"sessions": 1, "minutes": 30}}
    planned.run("undo")
    assert planned.run("services", "reject", waiting[0]["id"]).code == 0
    assert planned.run("services", "--json").json["waiting"] == []


def test_a_missed_session_without_a_name_waits_until_it_has_one(planned: Home) -> None:
    plan = planned.folder / "iep-mateo.toml"
    second = '\n[[services]]\nname = "Counseling"\nminutes = 30\nfrequency = "1 time per week"\npage = 7\n'
    plan.write_text(plan.read_text() + second)
    folder = planned.folder / "mail"
    folder.mkdir()
    (folder / "1.eml").write_text(
        "From: Ellen Park <epark@maplehill.example.org>\nTo: rosa@delgado.example.net\n"
        "Date: Thu, 15 Jan 2026 15:00:00 +0000\nMessage-ID: <miss@mail.example.net>\nSubject: This week\n\n"
        "Hi Rosa,\n\nMateo did not have his session with Ms. Ruiz on Wednesday, January 14.\n\nEllen Park\n"
    )
    planned.run("import", str(folder))
    (waiting,) = planned.run("services", "--json").json["waiting"]
    asked = planned.run("services", "confirm", waiting["id"])
    assert (asked.code, "The message does not say which service it was." in asked.err) == (2, True)
    assert "Speech-language therapy, Counseling" in flat(asked.err)
    assert planned.run("services", "confirm", waiting["id"], "--service", "counsel").code == 0
    lines = planned.run("services", "--json").json["services"]
    assert {line["service"]: line["total"]["missed"].get("unknown") for line in lines} == {
        "Counseling": {"sessions": 1, "minutes": 30},
        "Speech-language therapy": None,
    }


def test_the_schools_log_is_imported_once(planned: Home) -> None:
    path = log(
        planned,
        "Speech log\nStudent;Session Date;Service;Minutes;Status;Comments\n"
        "Delgado, Mateo;1/12/2026;Speech;30;Delivered;\n"
        "Delgado, Mateo;1/14/2026;Speech;;Student absent;\n"
        "Ann Smith;1/14/2026;Speech;30;Delivered;\n",
    )
    said = planned.run("services", "import", path)
    assert said.code == 0, said.err
    assert "2 sessions from January 12, 2026 to January 14, 2026: 1 held, 1 not held" in flat(said.out)
    assert "1 row about other children" in said.out
    again = planned.run("services", "import", path)
    assert (again.code, "was imported before; nothing was changed" in again.err) == (2, True)
    total = planned.run("services", "--json").json["services"][0]["total"]
    assert total["missed"] == {"child_absent": {"sessions": 1, "minutes": 30}}
    assert total["outstanding_minutes"] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("When,What\n1/13/2026,Speech\n", "no column was found for: date, service. It has: When, What."),
        ("Date,Service,Minutes\n1/13/2026,Speech,soon\n", "1 row of log.csv was not understood; nothing was stored"),
        ("Date,Service,Minutes\n1/13/2026,Speech,30\n13/1/2026,Speech,30\n", "writes dates in two orders"),
        ("Date,Service,Minutes\n1/2/2026,Speech,30\n", "“1/2/2026” in log.csv can be read in two ways"),
        ("Date,Service\n1/13/2026,Speech\n", "no column tells how long a session was or whether it was held"),
        ("", "log.csv is empty."),
        ("just a sentence\n", "holds no table"),
        ("PK\x03\x04zip", "is an Excel or Word file, not a CSV file."),
    ],
)  # fmt: skip
def test_a_log_that_cannot_be_used_is_told_and_changes_nothing(planned: Home, text: str, said: str) -> None:
    printed = planned.run("services", "import", log(planned, text))
    assert printed.code == 2
    assert said in flat(printed.err)
    assert "No session is on record" in planned.run("services", "list").out


def test_rows_not_understood_are_named_by_line_and_left_out_on_request(planned: Home) -> None:
    path = log(planned, "Date,Service,Minutes\n1/13/2026,Speech,soon\n1/15/2026,Speech,30\n")
    assert "Line 2: “soon” is not a number of minutes." in planned.run("services", "import", path).err
    said = planned.run("services", "import", path, "--skip")
    assert (said.code, "1 session from" in said.out) == (0, True)


def test_columns_and_the_order_of_dates_can_be_named(planned: Home) -> None:
    path = log(planned, "Wann\tDauer\n2.1.2026\t30\n", "utf-16")
    said = planned.run(
        "services", "import", path, "--map", "date=Wann,minutes=dauer", "--service", "speech", "--dates", "day-first"
    )  # fmt: skip
    assert said.code == 0, said.err
    assert "February 1, 2026" not in said.out
    assert "January 2, 2026" in said.out


def test_names_with_commas_quotes_emoji_and_formulas_come_out_whole(planned: Home, tmp_path: Path) -> None:
    name = '=Sprache, "Übung" 🙂 לשון'
    assert planned.run("services", "add", name, "2026-01-12", "--missed", "--minutes", "30").code == 0
    printed = planned.run("services", "--csv", "--svg", str(tmp_path / "a.svg"))
    services = {row["Service"] for row in csv.DictReader(io.StringIO(printed.out))}
    assert services == {"'" + name, "Speech-language therapy"}
    assert name.replace('"', "&quot;") in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_a_reason_needs_a_missed_session_and_a_range_its_order(planned: Home) -> None:
    assert planned.run("services", "add", "speech", "2026-01-12", "--reason", "vacancy").code == 2
    assert planned.run("services", "add", "speech", "2027-01-12").code == 2
    backwards = planned.run("services", "--from", "2026-02-01", "--to", "2026-01-01")
    assert (backwards.code, "Swap --from and --to" in backwards.err) == (2, True)
