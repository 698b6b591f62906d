from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.adapters.imap.safety import safe
from iep_mail.adapters.imap.search import commands
from iep_mail.errors import MailboxError


@given(st.text(), st.sampled_from([chr(n) for n in [*range(32), 127]]), st.text())
def test_a_control_character_is_never_handed_on(before: str, character: str, after: str) -> None:
    with pytest.raises(MailboxError):
        safe(before + character + after)


def test_usual_names_are_handed_on_unchanged() -> None:
    assert safe('Förderung "A" {5}') == 'Förderung "A" {5}'


def test_a_term_with_a_line_break_makes_no_second_command() -> None:
    with pytest.raises(MailboxError):
        commands(["a.example.org\r\nA2 DELETE INBOX"], bounces=False)


def test_many_terms_make_several_commands_of_bounded_size() -> None:
    made = commands([f"school{n}.example.org" for n in range(200)], bounces=True)
    assert len(made) > 20
    assert all(len(str(command)) < 8000 for command in made)
    assert all(f"school{n}.example.org" in str(made) for n in range(200))
