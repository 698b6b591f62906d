"""stats, calendar, documents and iep compare as a parent uses them."""

from email.message import EmailMessage

import icalendar

from attached_files import pdf
from home import Home

PLAN = """\
child = "Mateo Delgado"
document = "IEP of {year}"
effective_from = {year}-09-02
effective_to = {next}-09-01

[[services]]
name = "Speech-language therapy"
minutes = 30
frequency = "{often} per week"
"""


def with_plans(home: Home) -> None:
    for year, often in ((2024, "2 times"), (2025, "1 time")):
        (home.folder / f"iep-{year}.toml").write_text(PLAN.format(year=year, next=year + 1, often=often))
    text = home.config.read_text().replace(
        'nicknames = ["Teo"]', 'nicknames = ["Teo"]\niep = ["iep-2024.toml", "iep-2025.toml"]'
    )
    home.config.write_text(text)


def with_document(home: Home) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "Ellen Park <epark@maplehill.example.org>", "rosa@delgado.example.net"
    message["Subject"], message["Message-ID"] = "Papers", "<files@mail.example.net>"
    message["Date"] = "Mon, 02 Feb 2026 10:00:00 +0000"
    message.set_content("Attached.")
    for name, text in (("scan1.pdf", "IEP Progress Report 2025-26"), ("scan2.pdf", "Lunch menu")):
        message.add_attachment(pdf(text), maintype="application", subtype="pdf", filename=name)
    (home.folder / "files").mkdir()
    (home.folder / "files" / "1.eml").write_bytes(message.as_bytes())
    assert home.run("import", str(home.folder / "files")).code == 0


def flat(text: str) -> str:
    return " ".join(text.split())


def test_numbers_of_one_case_and_of_all(home: Home) -> None:
    assert "No request is on record." in home.run("stats").out
    home.import_story()
    said = flat(home.run("stats").out)
    assert "2 requests: 0 answered, 0 declined, 2 open (1 past the due date)." in said
    assert "Mr. Victor Shaw: 1 asked, 0 answered, 1 open" in said
    assert "no judgement on a person" in said
    case = home.dump()["requests"][0]["case"]
    assert home.run("stats", case, "--json").json["total"]["asked"] == 1
    assert home.run("stats", "nope").code == 2


def test_deadlines_go_into_a_calendar_and_what_is_settled_is_taken_off(home: Home) -> None:
    home.import_story()
    out = home.folder / "deadlines.ics"
    assert "School: a question (MD)" in home.run("calendar").out
    assert home.run("calendar", "--out", str(out)).code == 0
    assert "Mateo" not in out.read_text(encoding="utf-8").replace("\r\n ", "")
    request = next(r for r in home.dump()["requests"] if r["kind"] == "information")
    assert home.run("request", "settle", request["id"]).code == 0
    assert "1 taken off" in home.run("calendar", "--out", str(out)).out
    events = icalendar.Calendar.from_ical(out.read_bytes()).walk("VEVENT")
    assert {str(e["STATUS"]) for e in events if request["id"] in str(e["UID"])} == {"CANCELLED"}
    assert home.run("calendar", "--csv").out.startswith("Subject,Start Date,All Day Event,Description\n")


def test_documents_are_found_corrected_and_missed(home: Home) -> None:
    with_plans(home)
    with_document(home)
    shown = home.run("documents")
    assert "Progress report on the goals: scan1.pdf, from Ellen Park, Mon, February 2, 2026" in flat(
        shown.out
    )
    assert "iep-mail letter new copy-of-plan" in shown.out
    found = home.run("documents", "--json").json
    assert [d["name"] for d in found["documents"]] == ["scan1.pdf"]
    menu = next(
        a["sha256"] for m in home.dump()["messages"] for a in m["attachments"] if a["name"] == "scan2.pdf"
    )
    assert home.run("documents", "set", menu[:8], "evaluation").code == 0
    assert {d["kind"] for d in home.run("documents", "--json").json["documents"]} == {
        "progress_report",
        "evaluation",
    }
    assert home.run("documents", "set", "zzz", "iep").code == 2


def test_two_plans_are_compared(home: Home) -> None:
    with_plans(home)
    said = flat(home.run("iep", "compare").out)
    assert (
        "Changed, service (less than before): Speech-language therapy, 30 minutes, 2 times per week" in said
    )
    assert "No prior written notice is among your mail around that day." in said
    files = [str(home.folder / f"iep-{year}.toml") for year in (2025, 2024)]
    backwards = flat(home.run("iep", "compare", *files).out)
    assert "Changed, service: Speech-language therapy, 30 minutes, 1 time per week" in backwards
    same = home.run("iep", "compare", files[0], files[0])
    assert "The two state the same." in same.out
    assert home.run("iep", "compare", files[0]).code == 2
    assert home.run("iep", "compare", files[0], str(home.folder / "none.toml")).code == 2


def test_only_one_plan_is_nothing_to_compare(home: Home) -> None:
    printed = home.run("iep", "compare")
    assert (printed.code, "nothing to compare" in printed.err) == (2, True)
