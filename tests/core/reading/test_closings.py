import pytest

from iep_mail.core.reading.closings import without_closing
from iep_mail.model import Address

ROSA = Address("Rosa Quiroz", "r.quiroz@home.example.net")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Please send the log.\n\nGod bless you,\nRosa", "Please send the log."),
        ("Please send the log.\n\nWith gratitude,\nRosa Quiroz", "Please send the log."),
        ("Please send the log.\n\n- R.", "Please send the log."),
        ("Please send the log.\n\nMany thanks and all the best,", "Please send the log."),
        ("Who drives the bus?\n\nRosa Delgado, from the district office", None),
        ("Yes, Tuesday works,\nThursday does not", None),
        ("Rosa", None),
        ("She asked for Rosa.\nWho is her aide?", None),
    ],
)
def test_only_the_writers_own_name_and_the_line_over_it_go(text: str, left: str | None) -> None:
    assert without_closing(text, ROSA) == (text if left is None else left)
