"""Folders for cases: which, and what has to be done for each message to lie in its own, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.filing.case_folders import FolderPlan, folder_names, plan_folders
from iep_mail.model import Case


def case(number: int, title: str, year: int = 2026) -> Case:
    return Case(f"c-{number:06}", title, "speech", None, (), opened_on=date(year, 2, 1))


def test_a_folder_has_the_cases_title_in_letters_that_every_server_takes() -> None:
    names = folder_names([case(1, "Teo: speech / make-up*"), case(2, "..."), case(3, "x" * 200)])
    assert names["c-000001"] == "Teo: speech make-up"
    assert names["c-000002"] == "c-000002"
    assert len(names["c-000003"]) == 60


def test_titles_that_repeat_are_told_apart_by_year_then_by_id() -> None:
    names = folder_names(
        [case(1, "Teo: speech", 2025), case(2, "Teo: Speech", 2026), case(3, "Teo: speech", 2026)]
    )
    assert len({n.casefold() for n in names.values()}) == 3
    assert names["c-000001"] == "Teo: speech (2025)"


class Folders:
    """A mailbox as a plan changes it: folder → messages."""

    def __init__(self, lies: Mapping[str, str]) -> None:
        self.lies = dict(lies)
        self.copied: list[str] = []

    @property
    def names(self) -> set[str]:
        return set(self.lies.values())

    def apply(self, plan: FolderPlan) -> None:
        for old, new in plan.renames:
            assert new not in self.names
            self.lies = {m: new if f == old else f for m, f in self.lies.items()}
        for (old, new), messages in plan.moves.items():
            for message in messages:
                assert self.lies[message] == old
                self.lies[message] = new
        for folder, messages in plan.copies.items():
            for message in messages:
                self.copied.append(message)
                self.lies[message] = folder


CASES, MESSAGES, NAMES = "abcd", "123456", ("Speech", "Bus", "Aide", "Records", "Reading")
assignments = st.dictionaries(st.sampled_from(MESSAGES), st.sampled_from(CASES))
names_of_cases = st.permutations(NAMES).map(lambda names: dict(zip(CASES, names, strict=False)))


@given(st.lists(st.tuples(names_of_cases, assignments), min_size=1, max_size=6))
def test_whatever_cases_do_each_message_lies_in_its_own_folder_and_was_copied_once(nights) -> None:
    """Cases are renamed, exchange their names, are merged; messages move between them."""
    box, had = Folders({}), {}
    for names, wanted in nights:
        names = {c: n for c, n in names.items() if c in set(wanted.values()) or c in had}
        plan = plan_folders(names, wanted, had, box.lies, box.names)
        box.apply(plan)
        assert all(box.lies[message] == names[c] for message, c in wanted.items())
        again = plan_folders(names, wanted, names, box.lies, box.names)
        assert (again.renames, again.moves, again.copies) == ((), {}, {})
        had = names
    assert len(box.copied) == len(set(box.copied))


def test_a_renamed_case_keeps_its_folder_under_the_new_name() -> None:
    plan = plan_folders({"a": "Teo: aide"}, {"1": "a"}, {"a": "Teo: bus"}, {"1": "Teo: bus"}, {"Teo: bus"})
    assert plan == FolderPlan((("Teo: bus", "Teo: aide"),), {}, {}, ())


def test_of_merged_cases_the_emptied_folder_is_left() -> None:
    plan = plan_folders(
        {"a": "Bus"},
        {"1": "a", "2": "a"},
        {"a": "Bus", "b": "Aide"},
        {"1": "Bus", "2": "Aide"},
        {"Bus", "Aide"},
    )
    assert plan == FolderPlan((), {("Aide", "Bus"): ("2",)}, {}, ("Aide",))


def test_a_folder_that_the_parent_made_is_not_taken_over_by_a_rename() -> None:
    plan = plan_folders({"a": "Aide"}, {"1": "a"}, {"a": "Bus"}, {"1": "Bus"}, {"Bus", "Aide"})
    assert plan.renames == ()
    assert plan.moves == {("Bus", "Aide"): ("1",)}
