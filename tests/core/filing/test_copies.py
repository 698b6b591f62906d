from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.filing.copies import fold_copies
from iep_mail.core.reading.message import read_message
from world import PARENT, TEACHER, at, mail

BODY = "Could you send me the log?"
SENT = replace(
    read_message(mail(PARENT, TEACHER, "Log", BODY, at("2026-01-13 15:00"), number=1)), folders=("Sent",)
)
RECEIVED = replace(
    read_message(
        mail(PARENT, TEACHER, "Log", BODY, at("2026-01-13 15:00"), number=1, headers=[("X-Via", "relay")])
    ),
    folders=("INBOX",),
)
OTHER_TEXT = read_message(mail(PARENT, TEACHER, "Log", "Thank you.", at("2026-01-13 15:00"), number=1))


@given(st.permutations([SENT, RECEIVED]))
def test_a_message_and_its_copy_are_one_in_both_folders(copies: list) -> None:
    (folded,) = fold_copies(copies)
    assert folded.folders == ("INBOX", "Sent")
    assert folded.sha256 == min(SENT.sha256, RECEIVED.sha256)


def test_one_message_id_with_two_texts_stays_two_messages() -> None:
    assert len(fold_copies([SENT, OTHER_TEXT])) == 2


def test_without_a_message_id_only_the_same_bytes_are_one() -> None:
    nameless = [replace(SENT, message_id=""), replace(RECEIVED, message_id="")]
    assert len(fold_copies(nameless)) == 2
