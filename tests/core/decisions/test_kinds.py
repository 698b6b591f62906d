from hypothesis import given
from hypothesis import strategies as st

from decided import said
from iep_mail.core.decisions.kinds import details, in_effect, taken_back, until
from iep_mail.model import Decision
from world import at

KINDS = ("settle", "reopen", "withdraw", "rename_case", "log")


@st.composite
def histories(draw: st.DrawFn) -> list[Decision]:
    """Decisions, undos, undos of undos, and undos of what never was."""
    made: list[Decision] = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        if draw(st.booleans()):
            made.append(said(number, draw(st.sampled_from(KINDS)), "r1"))
        else:
            made.append(said(number, "undo", str(draw(st.integers(0, 14)))))
    return made


def test_an_undo_takes_back_what_it_names_and_can_be_undone_itself() -> None:
    settled, undone = said(1, "settle"), said(2, "undo", "1")
    assert in_effect([settled, undone]) == ()
    assert in_effect([settled, undone, said(3, "undo", "2")]) == (settled,)
    assert taken_back([settled, undone, said(3, "undo", "2")]) == {2: 3}


@given(histories(), st.randoms())
def test_the_order_in_which_decisions_are_handed_over_does_not_matter(made, random) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(made)
    random.shuffle(shuffled)
    assert in_effect(shuffled) == in_effect(made)


@given(histories())
def test_to_undo_the_last_decision_is_never_to_have_made_it(made: list[Decision]) -> None:
    last = max(made, key=lambda d: d.id)
    assert in_effect([*made, said(99, "undo", str(last.id))]) == in_effect([d for d in made if d != last])


def test_an_undo_cannot_name_what_was_said_after_it() -> None:
    assert [d.id for d in in_effect([said(1, "undo", "2"), said(2, "settle")])] == [2]


def test_decisions_of_later_do_not_exist_but_what_was_written_down_counts_from_its_own_day() -> None:
    early, late = said(1, "settle", when="2026-02-01 12:00"), said(2, "settle", when="2026-02-09 12:00")
    entry, taken = said(3, "log", when="2026-02-09 12:00"), said(4, "undo", "3", when="2026-02-10 12:00")
    assert until([early, late, entry, taken], at("2026-02-05 12:00")) == (early, entry, taken)


def test_a_date_stored_by_an_older_version_is_still_understood() -> None:
    assert details(Decision(1, at("2026-02-01 12:00"), "set_due", "r1", "2026-03-20"))["due"] == "2026-03-20"
