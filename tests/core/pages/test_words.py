"""What a page says where a terminal names a command."""

import pytest

from iep_mail.core.pages.words import without_commands


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("If it is, say so: iep-mail request settle 0d1f3f", "If it is, say so."),
        ("May answer it; if it does: iep-mail request settle 0d1f3f", "May answer it; if it does."),
        ("The built-in letter is used instead. iep-mail templates check tells more.", "The built-in letter is used instead."),
        ("No letter quotes this plan (iep-mail iep check).", "No letter quotes this plan."),
        ("iep-mail does not run by itself.", "iep-mail does not run by itself."),
        ("Look at it again: iep-mail draft show d-81cc0a", "Look at it again."),
        ("See them all with: iep-mail letters", "See them all."),
        ("Nothing to do now.", "Nothing to do now."),
        ("Due on March 5", "Due on March 5."),
        ("", ""),
    ],
)  # fmt: skip
def test_commands_are_left_out(told: str, shown: str) -> None:
    assert without_commands(told) == shown
