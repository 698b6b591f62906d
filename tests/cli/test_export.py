"""Taking everything elsewhere and back, as a parent does, and finding it unchanged."""

import hashlib
import json
from pathlib import Path

import pytest

from home import Home


@pytest.fixture
def told(home: Home) -> Home:
    """A home with the story, a decision, and a folder whose name no file system takes."""
    home.import_story()
    extra = home.folder / "extra"
    extra.mkdir()
    (extra / "a.eml").write_bytes(
        b"From: epark@maplehill.example.org\r\nTo: rosa@delgado.example.net\r\nSubject: More\r\n"
        b"Date: Thu, 29 Jan 2026 15:00:00 +0000\r\nMessage-ID: <extra@x>\r\n\r\nFrom here on\r\n>From there\r\n"
    )
    assert home.run("import", "--folder", "[Gmail]/All: Mail", str(extra)).code == 0
    return home


def moved(home: Home, name: str) -> Home:
    home.data_folder = home.folder / name
    return home


def keep_a_paper(home: Home) -> str:
    """A letter by post with its photo; returns the photo's hash."""
    photo = home.folder / "photo.jpg"
    photo.write_bytes(b"a photo")
    words = (
        "--channel",
        "letter",
        "--direction",
        "from-school",
        "--about",
        "Their answer by post.",
        "--attach",
        str(photo),
    )
    said = home.run("log", "add", "--on", "2026-02-02", *words)
    assert said.code == 0, said.err
    return hashlib.sha256(b"a photo").hexdigest()


@pytest.mark.parametrize("form", ["eml", "mbox", "maildir"])
def test_mail_that_went_out_and_came_back_gives_the_same_dump(told: Home, form: str) -> None:
    before = told.dump()
    out = told.folder / "out"
    assert told.run("export", "--format", form, "--out", str(out)).code == 0
    moved(told, "elsewhere")
    assert told.run("import", *(str(p) for p in sorted(out.iterdir()))).code == 0
    assert told.dump() == before


def test_json_and_backups_hold_what_was_decided_too(told: Home) -> None:
    request = told.dump()["requests"][0]["id"]
    told.run("request", "settle", request)
    paper = keep_a_paper(told)
    before = told.dump()
    assert told.run("export", "--format", "json", "--out", str(told.folder / "all.json")).code == 0
    assert told.run("backup", str(told.folder / "b.zip")).code == 0
    for name in ("all.json", "b.zip"):
        moved(told, name.replace(".", "-"))
        taken = told.run("restore", str(told.folder / name))
        assert taken.code == 0, taken.err
        assert told.dump() == before
        assert (told.data / "attachments" / paper).read_bytes() == b"a photo"
        assert told.run("verify").code == 0
        again = told.run("restore", str(told.folder / name))
        assert (again.code, "holds mail already" in again.err) == (2, True)


@pytest.mark.slow
def test_a_backup_with_a_passphrase_opens_only_with_it(told: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = told.dump()
    answers = ["five words make a key"]
    monkeypatch.setattr("click.prompt", lambda *_, **__: answers[0])
    target = told.folder / "b.age"
    assert told.run("backup", "--passphrase", str(target)).code == 0
    assert target.read_bytes().startswith(b"age-encryption.org/")
    assert b"Subject" not in target.read_bytes()
    moved(told, "elsewhere")
    assert "is encrypted" in told.run("restore", str(target)).err
    answers[0] = "another passphrase"
    assert "could not be opened with this passphrase" in told.run("restore", "--passphrase", str(target)).err
    answers[0] = "five words make a key"
    assert told.run("restore", "--passphrase", str(target)).code == 0
    assert told.dump() == before
    answers[0] = "short"
    assert "shorter than 8" in told.run("backup", "--passphrase", str(told.folder / "c.age")).err


def test_a_restored_configuration_comes_back_but_never_over_another(told: Home) -> None:
    assert told.run("backup", str(told.folder / "b.zip")).code == 0
    config = told.config.read_text()
    told.config.unlink()
    (told.folder / "calendar.ics").write_text("mine")
    moved(told, "elsewhere")
    taken = told.run("restore", str(told.folder / "b.zip"))
    assert told.config.read_text() == config
    assert (told.folder / "calendar.ics").read_text() == "mine"
    assert "Left as it was" in taken.out


def test_verify_names_the_first_break(told: Home) -> None:
    import sqlite3

    good = told.run("verify")
    assert (good.code, "7 messages" in good.out, "The last link: " in good.out) == (0, True, True)
    db = sqlite3.connect(told.data / "iep-mail.sqlite3")
    db.execute("DROP TRIGGER contents_no_update")
    db.execute("UPDATE contents SET raw = x'00' WHERE rowid = 3")
    db.commit()
    db.close()
    bad = told.run("verify")
    assert bad.code == 1
    assert "damaged" in bad.out + bad.err


def test_verify_names_a_paper_that_is_gone_or_changed(told: Home) -> None:
    kept = told.data / "attachments" / keep_a_paper(told)
    kept.write_bytes(b"another photo")
    changed = told.run("verify")
    kept.unlink()
    gone = told.run("verify")
    assert (changed.code, gone.code) == (1, 1)
    assert "“photo.jpg”, added to your log for February 2, 2026, is not what you added" in " ".join(
        changed.out.split()
    )
    assert "is gone." in gone.out


def test_rebuild_gives_the_same(told: Home) -> None:
    before = told.dump()
    told.run("search", "speech")
    assert told.run("rebuild").code == 0
    assert not (told.data / "search.sqlite3").exists()
    assert told.dump() == before


def test_only_one_case_or_child_goes_out(told: Home, tmp_path: Path) -> None:
    case = next(r["case"] for r in told.dump()["requests"] if r["kind"] == "records")
    assert told.run("export", "--case", case, "--format", "json", "--out", str(tmp_path / "a.json")).code == 0
    found = json.loads((tmp_path / "a.json").read_text())
    assert (len(found["messages"]), found["decisions"]) == (2, [])
    assert told.run("export", "--child", "Nobody", "--out", str(tmp_path / "b")).code == 2


def test_what_is_no_backup_or_there_already_is_told(told: Home, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text('{"format": "other"}')
    (tmp_path / "bad.zip").write_text("hello")
    for name, said in (
        ("bad.json", "is no export of iep-mail"),
        ("bad.zip", "is no folder and no ZIP"),
        ("absent.zip", "cannot be read"),
    ):
        moved(told, f"e-{name[:3]}{len(name)}")
        printed = told.run("restore", str(tmp_path / name))
        assert (printed.code, said in printed.err) == (2, True), printed.err
    assert "is there already" in told.run("export", "--out", str(tmp_path)).err
    assert "is there already" in told.run("backup", str(tmp_path / "bad.zip")).err
