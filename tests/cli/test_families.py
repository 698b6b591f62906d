"""An advocate's families: a folder each, never mixed."""

import shutil
from pathlib import Path

import pytest

from home import Home, Printed
from iep_mail.cli.main import main


@pytest.fixture
def advocate(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Two families: delgado has the story's mail, moreau has none yet."""
    home.import_story()
    root = home.folder / "families"
    for name, child in (("delgado", "Mateo Delgado"), ("moreau", "Ada Moreau")):
        (root / name).mkdir(parents=True)
        shutil.copy(home.folder / "calendar.ics", root / name)
        text = home.config.read_text().replace("Mateo Delgado", child)
        (root / name / "config.toml").write_text(text)
    shutil.copytree(home.data, root / "delgado" / "data")
    monkeypatch.setenv("IEP_MAIL_FAMILIES", str(root))
    return home


def run(home: Home, *words: str) -> Printed:
    """The command line as an advocate types it, without --config and --data."""
    home.monkeypatch.setattr("sys.argv", ["iep-mail", *words])
    home.capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main()
    printed = home.capsys.readouterr()
    return Printed(int(left.value.code or 0), printed.out, printed.err)


def test_all_families_are_listed_and_one_that_cannot_be_read_stops_no_other(advocate: Home) -> None:
    broken = advocate.folder / "families" / "broken"
    (broken / "data").mkdir(parents=True)
    (broken / "config.toml").write_text("x = [")
    (broken / "data" / "iep-mail.sqlite3").write_bytes(b"")
    listed = run(advocate, "families", "--json").json
    assert [(f["name"], f["children"], f["open_cases"]) for f in listed] == [
        ("broken", [], 0),
        ("delgado", ["Mateo Delgado"], 2),
        ("moreau", [], 0),
    ]
    assert "cannot be understood" in listed[0]["problem"]
    assert listed[2]["problem"] == "No mail has been read yet."


def test_each_family_sees_its_own_and_nothing_else(advocate: Home) -> None:
    own = run(advocate, "--family", "delgado", "dump").json
    assert len(own["messages"]) == 5
    assert run(advocate, "--family", "moreau", "dump").json["messages"] == []
    by_name = run(advocate, "--family", "delgado", "search", "speech", "--json").out
    assert "speech" in by_name
    assert "speech" not in run(advocate, "--family", "moreau", "search", "speech", "--json").out.lower()


def test_what_is_typed_wins_and_the_environment_never_mixes_two(
    advocate: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = advocate.folder / "families"
    monkeypatch.setenv("IEP_MAIL_CONFIG", str(root / "moreau" / "config.toml"))
    monkeypatch.setenv("IEP_MAIL_DATA", str(root / "moreau" / "data"))
    assert len(run(advocate, "--family", "delgado", "dump").json["messages"]) == 5
    assert len(advocate.run("--family", "moreau", "dump").json["messages"]) == 5  # --config and --data win
    monkeypatch.setenv("IEP_MAIL_FAMILY", "delgado")
    assert run(advocate, "dump").json["messages"] == []  # of the environment's words too
    monkeypatch.delenv("IEP_MAIL_CONFIG")
    monkeypatch.delenv("IEP_MAIL_DATA")
    assert len(run(advocate, "dump").json["messages"]) == 5


def test_an_unknown_family_is_told_and_can_be_set_up(advocate: Home) -> None:
    unknown = run(advocate, "--family", "okoro", "nightly")
    assert (unknown.code, unknown.err.splitlines()[0]) == (2, "There is no family “okoro”.")
    assert "Known: delgado, moreau." in unknown.err
    assert run(advocate, "--family", "../x", "init", "--plain").code == 2
    made = run(advocate, "--family", "okoro", "init", "--plain")
    assert (made.code, "iep-mail --family okoro nightly" in made.out) == (0, True)
    assert (Path(advocate.folder) / "families" / "okoro" / "config.toml").is_file()
