"""What a parent sees: every view in plain text, in 80 columns, with ids that the next command takes."""

from __future__ import annotations

import re
import stat
import subprocess
from datetime import timedelta

import pytest

from home import Home, demo_home
from iep_mail.demo.server import DEMO_DAY
from world import PARENT, TEACHER, at, mail

DAY = DEMO_DAY.isoformat()


@pytest.fixture(scope="module")
def okafors(tmp_path_factory: pytest.TempPathFactory):
    """The sample family's data, read once."""
    with pytest.MonkeyPatch.context() as patch:
        home = Home(tmp_path_factory.mktemp("okafors"), patch, None)  # type: ignore[arg-type]
        yield home


@pytest.fixture
def demo(okafors: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Home:
    home = Home(okafors.folder, monkeypatch, capsys)
    demo_home(home)
    return home


def first_id(text: str) -> str:
    return re.findall(r"^((?:c-)?[0-9a-f]{4,})  ", text, re.MULTILINE)[0]


VIEWS = (
    ("digest",),
    ("flags",),
    ("cases",),
    ("drafts",),
)


@pytest.mark.parametrize("words", VIEWS, ids=" ".join)
def test_a_view_keeps_to_80_columns_without_colours(demo: Home, words: tuple[str, ...]) -> None:
    printed = demo.run(*words, "--as-of", DAY)
    assert (printed.code, printed.err) == (0, "")
    assert max(map(len, printed.out.splitlines())) <= 80
    assert "\x1b" not in printed.out
    assert not re.search(r"\d{4}-\d\d-\d\d", printed.out), "a date that only a program would write"


@pytest.mark.slow
def test_the_ids_of_a_list_are_taken_by_the_next_command(demo: Home) -> None:
    case = first_id(demo.run("cases", "--as-of", DAY).out)
    story = demo.run("case", "show", case, "--as-of", DAY)
    assert story.code == 0
    draft = first_id(demo.run("drafts", "--as-of", DAY).out)
    letter = demo.run("draft", "show", draft, "--as-of", DAY)
    assert letter.out.startswith("To:      ")
    flagged = re.findall(r"iep-mail why (\S+)", demo.run("flags", "--as-of", DAY).out)
    assert len(flagged) >= 5
    for flag in flagged[:3]:
        assert demo.run("why", flag, "--as-of", DAY).code == 0
    for printed in (story, letter):
        assert max(map(len, printed.out.splitlines())) <= 80


def test_every_command_that_the_page_names_works(demo: Home) -> None:
    page = demo.run("digest", "--as-of", DAY).out
    commands = re.findall(r"iep-mail ((?:draft show|why) \S+)", page)
    assert len(commands) >= 4
    for command in commands[:4]:
        assert demo.run(*command.split(), "--as-of", DAY).code == 0, command


def test_a_story_is_told_in_order_with_what_each_message_did(demo: Home) -> None:
    cases = demo.run("cases", "--as-of", DAY).out
    case = re.findall(r"^(\S+)  Theo: counseling", cases, re.MULTILINE)[0]
    story = demo.run("case", "show", case, "--as-of", DAY).out
    asked = story.index("Could you send me the self-advocacy checklist", story.index("What happened"))
    put_off = story.index("to Friday, March 6.")
    assert story.index("Not answered yet") < story.index("What happened") < asked < put_off
    assert "Thursday, February 19: You to Marisol Ibanez" in story
    assert "Tuesday, February 24: Marisol Ibanez to you" in story


def test_a_long_message_is_cut_unless_all_of_it_is_wanted(home: Home) -> None:
    text = "Could you tell me when the reading group meets?\n\n" + "It was a long week. " * 60 + "The end."
    (home.folder / "long.eml").write_bytes(
        mail(PARENT, TEACHER, "Reading", text, at("2026-02-02 15:00"), number=1)
    )
    home.run("import", str(home.folder / "long.eml"))
    case = first_id(home.run("cases").out)
    cut, whole = home.run("case", "show", case).out, home.run("case", "show", case, "--full").out
    assert "(all of it: add --full)" in " ".join(cut.split())
    assert "The end." not in cut
    assert "The end." in whole


def test_what_a_terminal_would_obey_is_not_printed(home: Home) -> None:
    subject = "Plan \x1b]0;owned\x07 \u202etxt.exe"
    raw = mail(
        PARENT,
        TEACHER,
        "Plan",
        "Could you tell me when speech\x1b[2J is held?",
        at("2026-02-02 15:00"),
        number=1,
    )
    raw = raw.replace(b"Subject: Plan", f"Subject: {subject}".encode())
    (home.folder / "evil.eml").write_bytes(raw)
    home.run("import", str(home.folder / "evil.eml"))
    case = first_id(home.run("cases").out)
    for words in (("case", "show", case), ("flags",), ("digest",), ("drafts",)):
        out = home.run(*words).out
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", out), words


def test_on_a_terminal_the_one_thing_stands_out(demo: Home) -> None:
    from iep_mail.cli.night import styled_digest

    page = demo.run("digest", "--as-of", DAY).out
    styled = styled_digest(page)
    assert re.sub("\x1b\\[[0-9;]*m", "", styled) == page
    step = page.split("\n\n")[3].splitlines()[0]
    assert f"\x1b[32m\x1b[1m{step}" in styled


def test_nothing_to_show_is_said_with_what_to_do(home: Home) -> None:
    assert home.run("flags").out == "Nothing wants you today.\n"
    assert home.run("cases").out == "No cases yet. Run a night first: iep-mail nightly\n"
    assert home.run("drafts").out == "No letters are proposed today.\n"


def test_import_says_what_it_found(home: Home) -> None:
    home.import_story()
    again = home.run("import", str(home.folder / "mail"))
    assert again.out.startswith("Read 6 messages; 0 new.\n5 of all that is kept are the school's mail")


@pytest.mark.slow
def test_a_pipe_that_ends_early_is_no_error(demo: Home) -> None:
    command = " ".join(f"'{word}'" for word in demo.command)
    done = subprocess.run(
        f"{command} dump --as-of {DAY} | head -1; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "{\n"
    assert done.stderr == ""


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.slow
def test_a_dump_is_utf_8_wherever_it_goes(demo: Home, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    done = subprocess.run([*demo.command, "dump", "--as-of", DAY], capture_output=True, check=True)
    assert "“" in done.stdout.decode("utf-8")


def test_init_writes_a_file_for_the_parent_alone_and_replaces_none(home: Home) -> None:
    home.config.unlink()
    first = home.run("init")
    assert f"Wrote {home.config}" in first.out
    assert "iep-mail password" in first.out
    assert stat.S_IMODE(home.config.stat().st_mode) == 0o600
    home.config.write_text("mine")
    refused = home.run("init")
    assert refused.code == 2
    assert home.config.read_text() == "mine"
    assert home.run("init", "--force").code == 0
    assert (home.folder / "config.toml.old").read_text() == "mine"


def test_a_password_is_asked_for_and_kept(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from servers.box import Box

    kept: list[tuple[str, ...]] = []
    monkeypatch.setattr("keyring.set_password", lambda *words: kept.append(words))
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda prompt: "oak and elm")
    home.configure(Box("127.0.0.1", 143, "rosa", address="rosa@delgado.example.net"))
    home.config.write_text(re.sub(r"auth = .*", 'auth = { method = "keyring" }', home.config.read_text()))
    done = home.run("password")
    assert (done.code, kept) == (0, [("iep-mail", "rosa", "oak and elm")])
    assert "oak" not in done.out
    assert home.run("password", "other@example.net").code == 2


def test_a_decision_is_told_and_taken_back(home: Home) -> None:
    home.import_story()
    request = next(r for r in home.dump()["requests"] if r["overdue"])
    settled = home.run("request", "settle", request["id"][:6])
    assert "To take it back: iep-mail undo 1" in settled.out
    assert not next(r for r in home.dump()["requests"] if r["id"] == request["id"])["overdue"]
    home.now += timedelta(minutes=1)
    assert home.run("undo").out.startswith("You took back decision 1")
    assert next(r for r in home.dump()["requests"] if r["id"] == request["id"])["overdue"]
