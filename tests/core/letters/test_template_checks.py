"""What a parent is told about a letter of their own: every mistake, with its line."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iep_mail.core.letters.template_checks import mistakes_in
from iep_mail.core.letters.templates import parse_letter
from iep_mail.errors import TemplateError
from letters_world import ROOT

FRONT = '+++\nname = "own"\ntitle = "T"\nwhen = "w"\nstep = 1\nsubject = "About {{ initials }}"\n'


def letter(body: str, extra: str = "") -> str:
    return f"{FRONT}{extra}+++\n{body}"


def told(text: str) -> list[tuple[int | None, str]]:
    return [(m.line, m.why) for m in mistakes_in(text, "own.txt", "own")]


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("Dear you", 1, "does not begin"),
        (FRONT, 7, "not closed"),
        (letter("Hi", "colour = 1\n"), 7, "“colour” is not a key"),
        (letter("Hi", "steps = 1\n"), 7, "did you mean “step”"),
        (letter("Hi", 'kinds = ["letters"]\n'), 7, "not a kind of request"),
        (letter("Hi", 'plans = ["IFSP"]\n'), 7, "not a kind of plan"),
        (letter("Hi", "optional = [1]\n"), 7, "texts only"),
        (letter("Hi", '[required]\n"Call on" = "the day"\n'), 8, "cannot name a fact"),
        (letter("Hi", 'allows = ["anger"]\n'), 7, "no class of words"),
        (letter("Hi").replace("step = 1", "step = 9"), 5, "1 to 6"),
        (letter("Hi").replace("step = 1", 'step = "1"'), 5, "a whole number"),
        (letter("Hi").replace("step = 1", "step = "), 5, "Invalid value"),
        (letter("Hi").replace('title = "T"\n', ""), 1, "“title” is missing"),
        (letter("Hi").replace('name = "own"', 'name = "mine"'), 2, "its file is called own.txt"),
        (letter("Hi\n{% if child %}\n"), 9, "end of template"),
        (letter("Hi\n\n{{ reply_bye }}\n"), 10, "“reply_bye” is not among"),
        (letter("\n\n{{ reply_bye }}\n"), 10, "“reply_bye” is not among"),
        (letter("{{ child | center(9) }}"), 8, "center"),
        (letter("Hi").replace("{{ initials }}", "{{ initial }}"), 6, "“initial” is not among"),
        (letter("Hi\nI revoke my consent to services."), 9, "would end all services"),
        (letter("Hi\nI withdraw consent."), 9, "would end all services"),
        (letter("Hi\nThe IEP states 30 minutes."), 9, "needs the facts"),
        (letter("Hi\n{% for i in range(200) %}{% for j in range(200) %}{{ i }}{{ j }}{% endfor %}{% endfor %}"),
         None, "more than 50,000 characters"),
        (letter("Hi\n{% for i in range(9999) %}{% endfor %}"), 9, "range() of more than 200"),
        (letter("Hi\n" + "{% for i in range(200) %}{% for j in range(200) %}{% endfor %}{% endfor %}" * 999), 9, "more than 30"),
        (letter("Hi\n{{ child - 1 }}"), 9, "unsupported operand"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(text: str, line: int | None, why: str) -> None:
    found = told(text)
    assert len(found) == 1
    assert (found[0][0], why in found[0][1]) == (line, True), found


def test_several_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = letter("{{ one }}\n{{ two }}\n", 'citation = "34 CFR"\n')
    assert [line for line, _ in told(text)] == [9, 10]


@pytest.mark.parametrize("path", sorted((ROOT / "templates" / "letters").glob("*.txt")), ids=lambda p: p.stem)
def test_our_own_letters_have_none(path) -> None:
    assert mistakes_in(path.read_text(encoding="utf-8"), path.name, path.stem) == ()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="{}%#|~+*-()[]'\"xiforange{{}}{%endfor%} 0129.,_\n", max_size=200))
def test_whatever_is_written_is_told_within_a_second(body: str) -> None:
    begun = time.monotonic()
    for mistake in mistakes_in(letter(body), "own.txt"):
        assert mistake.why
    assert time.monotonic() - begun < 1


@given(st.text(max_size=300))
def test_any_text_is_a_letter_or_is_told_with_its_file(text: str) -> None:
    try:
        letter_or_error: object = parse_letter(text, "own.txt")
    except TemplateError as error:
        letter_or_error = error.what
    assert "own.txt" in str(letter_or_error)
