"""Searching as a parent does."""

from email.message import EmailMessage

from attached_files import pdf
from home import Home


def with_files(home: Home) -> None:
    message = EmailMessage()
    message["From"], message["To"] = "Ellen Park <epark@maplehill.example.org>", "rosa@delgado.example.net"
    message["Subject"], message["Message-ID"] = "The plan", "<files@mail.example.net>"
    message["Date"] = "Mon, 02 Feb 2026 10:00:00 +0000"
    message.set_content("Attached.")
    for name, content in (("IEP.pdf", pdf("Articulation goals")), ("locked.pdf", pdf(locked=True))):
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    (home.folder / "mail").mkdir(exist_ok=True)
    (home.folder / "mail" / "files.eml").write_bytes(message.as_bytes())
    assert home.run("import", str(home.folder / "mail")).code == 0


def test_words_people_days_and_files(home: Home) -> None:
    home.import_story()
    with_files(home)
    found = home.run("search", "from:park articulation")
    assert found.code == 0
    assert "in the file IEP.pdf:" in found.out
    assert "Not searched: “locked.pdf” of Mon, February 2, 2026 is protected with a password" in " ".join(
        found.out.split()
    )
    assert home.run("search", "--json", "has:attachment after:2026-02").json["total"] == 1
    records = home.run("search", "--json", "kind:records").json["messages"]
    assert [m["subject"] for m in records] == ["Request for records"]
    assert home.run("search", "zebra").out.startswith("Nothing was found.")


def test_a_phrase_survives_the_shell_and_new_mail_is_found(home: Home) -> None:
    home.import_story()
    assert home.run("search", "--json", "speech", "held on January").json["total"] == 1
    assert home.run("search", "--json", "articulation").json["total"] == 0
    with_files(home)
    assert home.run("search", "--json", "articulation").json["total"] == 1


def test_the_parents_own_notes_are_found_and_words_that_stand_apart(home: Home) -> None:
    home.import_story()
    case = home.dump()["cases"][0]["id"]
    home.run("case", "note", case, "He cried about the bus.", "--on", "2026-02-03")
    private = (
        "--with",
        "Ms. Ellen Park",
        "--direction",
        "from-school",
        "--private",
        "--about",
        "The aide quit.",
    )
    home.run("log", "add", "--on", "2026-02-04", "--channel", "call", *private)
    (note,) = home.run("search", "--json", "cried").json["messages"]
    assert (note["subject"], note["date"]) == ("Your own note (note)", "2026-02-03")
    shown = home.run("search", "kind:note", "cried").out
    assert "Read one: iep-mail log show l-" in shown
    assert home.run(*shown.split("Read one: iep-mail ")[1].splitlines()[0].split()).code == 0
    assert home.run("search", "--json", "aide quit").json["total"] == 1
    apart = home.run("search", "cried speech")
    assert apart.out.startswith("Nothing has all of these words. With some of them:")


def test_a_search_that_cannot_be_used_says_why(home: Home) -> None:
    printed = home.run("search", "before:soon")
    assert (printed.code, "“soon” is not a date." in printed.err) == (2, True)
    assert home.run("search", "--", "-bus").code == 2
