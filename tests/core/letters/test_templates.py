"""Letter templates: what is refused, with file and line, and what a missing fact looks like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.letters.templates import parse_letter, render
from iep_mail.errors import TemplateError
from letters_world import letters

FRONT = '+++\nname = "n"\ntitle = "T"\nwhen = "w"\nstep = 1\nsubject = "About {{ initials }}"\n'


def letter(body: str, extra: str = "") -> str:
    return f"{FRONT}{extra}+++\n{body}"


def test_a_missing_fact_is_a_visible_blank_with_its_question() -> None:
    template = parse_letter(letter("On {{ page }}.", '[required]\npage = "the page of the IEP"\n'), "own.txt")
    for facts in ({}, {"page": ""}, {"page": None}):
        _, body, blanks = render(template, {**facts, "initials": "NH"})
        assert body == "On [____ the page of the IEP ____].\n"
        assert [(b.name, b.question) for b in blanks] == [("page", "the page of the IEP")]


def test_an_optional_fact_that_is_only_asked_about_leaves_no_blank() -> None:
    template = parse_letter(letter("{% if late %}{{ late }}{% endif %}x", 'optional = ["late"]\n'), "own.txt")
    assert render(template, {"initials": "NH"}) == ("About NH", "x\n", ())


@pytest.mark.parametrize(
    "body",
    [
        "{{ parent.__class__.__mro__ }}",
        "{% for i in range(99999) %}{% endfor %}",
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 999999 }}",
        "{% for i in range(200) %}{% for j in range(200) %}{{ i }}{{ j }}{% endfor %}{% endfor %}",
        "{% for i in range(9) %}{% for j in range(9) %}{% for k in range(9) %}{% endfor %}{% endfor %}{% endfor %}",
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}",
        "{% set x = parent ~ parent %}",
        "{{ 'x'.ljust(999999999) }}",
        "{{ (parent * 9) | join(parent) }}",
        "{% include 'x' %}",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    ],
)
def test_a_template_cannot_reach_out_or_run_on(body: str) -> None:
    template = parse_letter(letter(body), "own.txt")
    with pytest.raises(TemplateError, match=r"own\.txt"):
        render(template, {"parent": "Ingrid", "initials": "NH"})


@given(st.text())
def test_whatever_mail_says_stands_in_the_letter_as_it_is(quote: str) -> None:
    template = parse_letter(letter("[{{ quote }}]", 'optional = ["quote"]\n'), "own.txt")
    _, body, _ = render(template, {"quote": "{{ 1 }}" + quote, "initials": "NH"})
    assert body.startswith("[{{ 1 }}")


def test_every_letter_without_facts_is_blanks_and_never_fails() -> None:
    for name, template in letters().items():
        assert template.name == name
        _, body, blanks = render(template, {})
        assert {b.name for b in blanks} >= {"parent"}
        assert "None" not in body
