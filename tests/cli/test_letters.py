"""Letters on the command line: the list, one letter, and letters of the parent's own."""

from __future__ import annotations

from datetime import date

import pytest

from home import Home


def own(home: Home, name: str, text: str) -> None:
    folder = home.folder / "templates" / "letters"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def test_the_list_is_by_step_and_says_when_to_use_each(home: Home) -> None:
    printed = home.run("letters")
    assert printed.code == 0
    assert printed.out.index("Step 1") < printed.out.index("follow-up") < printed.out.index("Step 2")
    assert "A request has passed its date and no answer has come." in printed.out
    listed = {letter["name"]: letter for letter in home.run("letters", "--json").json}
    assert listed["follow-up"]["step"] == 1
    assert listed["follow-up"]["own"] is False


def test_a_letter_is_shown_with_its_blanks_and_its_questions(home: Home) -> None:
    printed = home.run("letter", "show", "records-request")
    assert "[____ the records you want, one line for each" in printed.out
    assert "records: the records you want" in printed.out
    source = home.run("letter", "show", "records-request", "--source").out
    assert source.startswith("+++\n")


def test_a_name_that_no_letter_has_is_answered_with_a_near_one(home: Home) -> None:
    printed = home.run("letter", "show", "folow-up")
    assert printed.code == 2
    assert "Did you mean follow-up?" in printed.err


def test_a_copy_is_made_to_change_and_is_used_then(home: Home) -> None:
    home.import_story()
    assert home.run("templates", "copy", "follow-up").code == 0
    path = home.folder / "templates" / "letters" / "follow-up.txt"
    path.write_text(path.read_text().replace("Thank you for your time.", "With thanks and regards."))
    assert "in order" in home.run("templates", "check").out
    path.write_text(path.read_text().replace('name = "follow-up"', 'name = "second-follow-up"'))
    path.rename(path.with_name("second-follow-up.txt"))
    drafts = home.dump()["drafts"]
    assert any("With thanks and regards." in draft["body"] for draft in drafts)


BROKEN = [
    ("{{ nobody_knows }}", "line 10", "“nobody_knows” is not among"),
    ("{% if %}", "line 10", "Expected an expression"),
    ("{% for a in range(200) %}{% for b in range(200) %}xx{% endfor %}{% endfor %}", "", "50,000 characters"),
    ("I revoke my consent.", "line 10", "would end all services"),
]
HEAD = '+++\nname = "second-follow-up"\ntitle = "T"\nwhen = "w"\nstep = 1\nsubject = "s"\n+++\n\n\n'


@pytest.mark.parametrize(("body", "line", "why"), BROKEN)
def test_a_broken_letter_is_told_and_the_night_goes_on_with_the_built_in_one(
    home: Home, body: str, line: str, why: str
) -> None:
    home.import_story()
    before = home.dump()["drafts"]
    own(home, "second-follow-up", HEAD + body)
    checked = home.run("templates", "check")
    assert checked.code == 1
    assert line in " ".join(checked.out.split())
    assert why in " ".join(checked.out.split())
    night = home.run("nightly")
    page = " ".join(night.out.split())
    assert night.code == 10
    assert "Your own letter" in page
    assert "The built-in letter is used instead." in page
    assert home.dump()["drafts"] == before


def test_a_broken_page_of_the_parents_own_is_told_and_the_built_in_one_is_used(home: Home) -> None:
    home.import_story()
    (home.folder / "templates" / "digest").mkdir(parents=True)
    (home.folder / "templates" / "digest" / "digest.txt").write_text("{{ today }}\n{% for %}")
    night = home.run("nightly")
    assert night.out.startswith("Your page for")
    assert "The built-in page is used instead." in night.err


def test_letters_name_no_law_where_that_is_switched_off(home: Home) -> None:
    home.import_story()
    late = date(2026, 3, 30)  # the records were named for March 20
    assert "34 CFR 300.613" in str(home.dump(late)["drafts"])
    home.configure(more="[letters]\ncitations = false\n")
    assert "CFR" not in str(home.dump(late)["drafts"])


def test_a_mistake_in_the_setting_is_told(home: Home) -> None:
    home.configure(more='[letters]\ncitations = "yes"\n')
    printed = home.run("drafts")
    assert printed.code == 2
    assert "true or false" in printed.err


def test_a_letter_is_started_from_the_case_kept_and_taken_back(home: Home) -> None:
    home.import_story()
    case = home.dump()["cases"][0]["id"]
    printed = home.run(
        "letter", "new", "after-call-understanding", "--case", case[:6],
        "--set", "call_on=2026-02-05", "--set", "with_whom=Ms. Park", "--set", "points=speech resumes; a log comes home",
    )  # fmt: skip
    assert printed.code == 0, printed.err
    assert "Dear Ms. Park," in printed.out
    assert "- speech resumes" in printed.out
    drafts = {d["letter"]: d for d in home.dump()["drafts"]}
    assert drafts["after-call-understanding"]["blanks"] == []
    assert drafts["after-call-understanding"]["id"][:6] in printed.out
    assert home.run("undo").code == 0
    assert "after-call-understanding" not in str(home.dump()["drafts"])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("thanks-you",), "Did you mean thank-you?"),
        (("thank-you", "--set", "what_help=x"), "Did you mean what_helped?"),
        (("thank-you", "--set", "x"), "Write it like --set"),
        (("make-up-services", "--set", "statement=60 minutes"), "--set service=speech"),
        (("thank-you", "--child", "Zoe"), "There is: Mateo Delgado"),
        (("thank-you", "--case", "zzzz"), "iep-mail cases"),
    ],
)
def test_what_cannot_be_used_is_answered_with_what_can(home: Home, words: tuple[str, ...], told: str) -> None:
    home.import_story()
    printed = home.run("letter", "new", *words)
    assert printed.code == 2
    assert told in " ".join(printed.err.split())
    assert all(d["letter"] != words[0] for d in home.dump()["drafts"])


PLAN_504 = """\
child = "Mateo Delgado"
plan = "504"
effective_from = 2025-09-02
[[accommodations]]
text = "Extended time on tests"
page = 2
"""


def test_a_504_child_is_not_offered_what_only_the_idea_gives(home: Home) -> None:
    (home.folder / "iep-mateo.toml").write_text(PLAN_504)
    home.config.write_text(
        home.config.read_text().replace('nicknames = ["Teo"]', 'nicknames = ["Teo"]\niep = "iep-mateo.toml"')
    )
    listed = home.run("letters").out
    assert "independent-evaluation" not in listed
    assert "accommodation-not-followed" in listed
    assert "for children with an IEP: iep-mail letters --all" in " ".join(listed.split())
    assert "independent-evaluation" in home.run("letters", "--all").out
    refused = home.run("letter", "new", "independent-evaluation")
    assert refused.code == 2
    assert "Section 504 plan" in refused.err
    written = home.run("letter", "new", "accommodation-not-followed", "--set", "service=extended time")
    assert "The Section 504 plan states, on page 2: Extended time on tests." in " ".join(written.out.split())


def test_the_tone_of_a_file_and_of_every_draft(home: Home) -> None:
    home.import_story()
    text = home.folder / "mine.txt"
    text.write_text("Subject: Mateo Delgado\nDear Ms. Park,\n\nYou promised this. Please answer by Friday.\n")
    printed = home.run("tone", str(text))
    page = " ".join(printed.out.split())
    assert printed.code == 0
    assert "Subject: “Mateo Delgado”." in page
    assert "Line 4, column 1: “You promised”." in page
    assert "→ Better: the IEP states" in page
    every = home.run("tone", "--json").json
    assert [entry["findings"] for entry in every] == [[] for _ in home.dump()["drafts"]]
    assert every
    one = home.run("tone", home.dump()["drafts"][0]["id"][:8])
    assert "Nothing stands out" in one.out


def test_a_file_that_is_none_is_told(home: Home) -> None:
    home.import_story()
    printed = home.run("tone", "no-such-file.txt")
    assert printed.code == 2
    assert "no-such-file.txt" in printed.err
