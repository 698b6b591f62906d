from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from decided import LATER, STORY, book_of, of_message, said
from iep_mail.core.decisions.cases import resolve_case
from iep_mail.core.dump import dump_casebook
from iep_mail.model import Case, Casebook, Child, Decision, Message, MessageKind
from world import FAMILY, PARENT, TEACHER, at, mail, read_all


def case_of(book: Casebook, message: Message) -> Case | None:
    filed = book.message(message.sha256)
    return next((c for c in book.cases if c.id == filed.case), None)


SPEECH, RECORDS = STORY[0], STORY[3]
BOOK = book_of()
SPEECH_CASE, RECORDS_CASE = case_of(BOOK, SPEECH), case_of(BOOK, RECORDS)
assert SPEECH_CASE
assert RECORDS_CASE


def merge(number: int = 1) -> Decision:
    return said(number, "merge_cases", SPEECH_CASE.id, into=RECORDS_CASE.id)


def test_a_merged_case_is_found_under_its_old_id() -> None:
    book = book_of(decisions=[merge()])
    (case,) = book.cases
    assert case.id == RECORDS_CASE.id
    assert case.former_ids == (SPEECH_CASE.id,)
    assert resolve_case(SPEECH_CASE.id, book.cases) == case
    assert {m.case for m in book.messages} == {case.id}
    assert {r.case for r in book.requests} == {case.id}


def test_mail_that_comes_later_follows_the_merge() -> None:
    later = read_all([
        mail(TEACHER, PARENT, "Re: Speech on Monday?", "Speech is back.", at("2026-03-02 15:00"), number=30, answers=1)
    ])  # fmt: skip
    book = book_of(LATER, [merge()], [*STORY, *later])
    assert book.message(later[0].sha256).case == RECORDS_CASE.id


def test_a_renamed_case_keeps_its_id_also_when_older_mail_comes_in() -> None:
    rename = said(1, "rename_case", SPEECH_CASE.id, title="Speech, winter")
    older = read_all([
        mail(PARENT, TEACHER, "Speech schedule", "When is speech this term?", at("2026-01-05 15:00"), number=31)
    ])  # fmt: skip
    book = book_of(LATER, [rename], [*older, *STORY])
    case = resolve_case(SPEECH_CASE.id, book.cases)
    assert case is not None
    assert case.title == "Speech, winter"
    assert case.id == case_of(book, older[0]).id != SPEECH_CASE.id


def move(number: int, message: Message, case: str, **values: str) -> Decision:
    return of_message(number, "move_thread", message, case=case, thread=message.subject, **values)


def test_a_thread_moves_with_its_requests() -> None:
    book = book_of(decisions=[move(1, SPEECH, RECORDS_CASE.id)])
    assert case_of(book, SPEECH) == case_of(book, RECORDS)
    assert "you moved the thread" in book.message(SPEECH.sha256).because[0]
    assert {r.case for r in book.requests} == {RECORDS_CASE.id}


def test_a_thread_may_be_about_no_case_or_about_one_of_its_own() -> None:
    assert case_of(book_of(decisions=[move(1, SPEECH, "none")]), SPEECH) is None
    own = case_of(book_of(decisions=[move(1, RECORDS, "new", title="The file")]), RECORDS)
    assert own is not None
    assert own.title == "The file"
    assert own.id not in {SPEECH_CASE.id, RECORDS_CASE.id}


def turned() -> list[Message]:
    """A thread about speech that turns to the bus."""
    return read_all([
        mail(PARENT, TEACHER, "Speech", "When is speech therapy on Monday? The speech therapist did not come.",
             at("2026-02-02 15:00"), number=40),
        mail(TEACHER, PARENT, "Re: Speech", "Speech therapy is at ten on Mondays, with the speech therapist.",
             at("2026-02-03 15:00"), number=41, answers=40),
        mail(PARENT, TEACHER, "Re: Speech", "Thanks. The bus was late again: the bus driver says the bus route changed. "
             "When will the bus come?", at("2026-02-05 15:00"), number=42, answers=41),
        mail(TEACHER, PARENT, "Re: Speech", "The bus company changed the bus route; transportation will call you.",
             at("2026-02-06 15:00"), number=43, answers=42),
        mail(TEACHER, PARENT, "Re: Speech", "One more word on speech therapy: it starts late next Monday.",
             at("2026-02-09 15:00"), number=44, answers=40),
    ])  # fmt: skip


def test_a_thread_that_turns_to_another_matter_is_suggested_for_a_split() -> None:
    mails = turned()[:4]
    (suggestion,) = book_of(messages=mails).suggestions
    assert suggestion.sha256 == mails[2].sha256
    assert "transportation" in suggestion.reason
    assert "speech therapy" in suggestion.reason


def test_nothing_is_divided_by_itself_and_the_parent_may_keep_it_together() -> None:
    mails = turned()[:4]
    assert len(book_of(messages=mails).threads) == 1
    keep = of_message(1, "keep_together", mails[0], thread="Speech")
    assert book_of(LATER, [keep], mails).suggestions == ()


def test_a_split_takes_what_follows_and_later_mail_goes_with_what_it_answers() -> None:
    mails = turned()
    split = of_message(1, "split", mails[2], thread="Speech", first="Re: Speech", case="new", title="Bus")
    book = book_of(LATER, [split], mails)
    by_number = [book.message(m.sha256) for m in mails]
    assert len({m.thread for m in by_number}) == 2
    assert [m.thread == by_number[0].thread for m in by_number] == [True, True, False, False, True]
    assert case_of(book, mails[3]).title == "Bus"
    assert case_of(book, mails[0]).title != "Bus"


def test_single_messages_can_be_taken_out() -> None:
    mails = turned()[:3]
    only = [{"sha256": mails[1].sha256, "message_id": mails[1].message_id}]
    book = book_of(LATER, [of_message(1, "split", mails[1], case="none", only=only, thread="Speech")], mails)
    assert [book.message(m.sha256).case is None for m in mails] == [
        False,
        True,
        True,
    ]  # the answer goes along
    assert book.message(mails[0].sha256).thread != book.message(mails[1].sha256).thread


def test_the_child_that_the_parent_names_counts_for_the_whole_case() -> None:
    family = replace(FAMILY, children=(*FAMILY.children, Child("Ada Delgado")))
    book = book_of(LATER, [said(1, "set_child", SPEECH_CASE.id, child="Ada Delgado")], family=family)
    case = case_of(book, SPEECH)
    assert case.child == "Ada Delgado"
    assert case.title.startswith("Ada: ")
    assert {r.child for r in book.requests if r.case == case.id} == {"Ada Delgado"}


WEEKLY = [
    mail(TEACHER, PARENT, f"Speech log, week of {day}", f"The speech log for {day}.", at(f"2026-0{n}-10 15:00"), number=50 + n)
    for n, day in ((1, "January 5"), (2, "February 2"), (3, "March 2"))
]  # fmt: skip


def test_later_threads_of_the_same_subject_and_people_follow_a_move_and_say_so() -> None:
    logs = read_all(WEEKLY)
    book = book_of(LATER, [move(1, logs[1], RECORDS_CASE.id)], [*STORY, *logs])
    assert [book.message(m.sha256).case == RECORDS_CASE.id for m in logs] == [False, True, True]
    assert "This thread is like it" in book.message(logs[2].sha256).because[0]
    assert book.decisions[0].followed == (logs[2].sha256,)
    undone = book_of(LATER, [move(1, logs[1], RECORDS_CASE.id), said(2, "undo", "1")], [*STORY, *logs])
    assert dump_casebook(undone) | {"decisions": []} == dump_casebook(book_of(messages=[*STORY, *logs])) | {
        "decisions": []
    }


# --- what kind of mail it is ----------------------------------------------------------------

AWAY = "Thank you for writing. I am with students until the end of the day and answer mail on {day}."
MAILS = read_all([
    mail(TEACHER, PARENT, "Re: Speech on Monday?", AWAY.format(day="Tuesday"), at("2026-01-13 16:00"), number=60, answers=1),
    mail(TEACHER, PARENT, "Re: Bus pass", AWAY.format(day="Friday"), at("2026-02-13 16:00"), number=61),
    mail(TEACHER, PARENT, "Re: Speech on Monday?", "Yes, speech was held on January 12.", at("2026-02-16 16:00"), number=62, answers=1),
    mail(TEACHER, PARENT, "Reading night on January 15", "Come to reading night!", at("2026-01-10 16:00"), number=63),
    mail(TEACHER, PARENT, "Reading night on March 12", "Join us for reading night.", at("2026-03-10 16:00"), number=64),
])  # fmt: skip


def kinds(*decisions: Decision) -> list[MessageKind | None]:
    filed = {m.message.sha256: m.kind for m in book_of(LATER, decisions, [*STORY, *MAILS]).messages}
    return [filed.get(m.sha256) for m in MAILS]


def test_a_kind_said_once_holds_for_mail_that_says_the_same_but_never_for_an_answer() -> None:
    """An automatic reply is known again by its words; the same person's real answer stays one."""
    found = kinds(of_message(1, "message_kind", MAILS[0], kind="auto_reply"))
    assert found[:3] == [MessageKind.AUTO_REPLY, MessageKind.AUTO_REPLY, MessageKind.PERSONAL]


def test_a_newsletter_is_known_again_by_its_subject_without_dates() -> None:
    found = kinds(of_message(1, "message_kind", MAILS[3], kind="bulk"))
    assert found == [MessageKind.PERSONAL] * 3 + [MessageKind.BULK] * 2


def test_what_was_said_of_a_message_itself_wins_over_likeness_and_the_last_word_wins() -> None:
    bulk, person = (
        of_message(1, "message_kind", MAILS[3], kind="bulk"),
        of_message(2, "message_kind", MAILS[4], kind="personal"),
    )
    assert kinds(bulk, person)[3:] == [MessageKind.BULK, MessageKind.PERSONAL]
    again = of_message(3, "message_kind", MAILS[3], kind="calendar")
    assert kinds(bulk, person, again)[3:] == [MessageKind.CALENDAR, MessageKind.PERSONAL]


def test_mail_that_is_not_the_schools_is_left_out_with_its_like() -> None:
    assert kinds(of_message(1, "not_school", MAILS[3]))[3:] == [None, None]


def test_a_sender_called_the_schools_is_one_from_then_on() -> None:
    tutor = "Mx. Kim <kim@tutoring.example.com>"
    mails = read_all([
        mail(tutor, PARENT, "Tutoring", "We meet on Monday.", at("2026-02-02 15:00"), number=70),
        mail(tutor, PARENT, "Next week", "I will send the plan by February 20.", at("2026-02-10 15:00"), number=71),
        mail(PARENT, tutor, "Plan", "Could you send me the plan for reading?", at("2026-02-11 15:00"), number=72),
    ])  # fmt: skip
    assert not book_of(messages=mails).messages
    book = book_of(LATER, [of_message(1, "is_school", mails[0])], mails)
    assert len(book.messages) == 3
    assert [r.asked_of for r in book.requests] == [("kim@tutoring.example.com",)]
    assert len(book.commitments) == 1


ARRANGING = (
    merge(1),
    said(2, "rename_case", SPEECH_CASE.id, title="One"),
    move(3, RECORDS, "new", title="Two"),
    of_message(4, "split", STORY[4], thread="Request for records", case="none"),
    said(5, "rename_case", RECORDS_CASE.id, title="Three"),
    of_message(6, "message_kind", STORY[2], kind="bulk"),
    of_message(7, "not_school", STORY[1]),
)


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(ARRANGING)), st.randoms())
def test_arranging_depends_neither_on_the_order_of_mail_nor_of_decisions(decisions, random) -> None:  # type: ignore[no-untyped-def]
    mixed, mails = sorted(decisions, key=lambda d: d.id), list(STORY)
    expected = dump_casebook(book_of(LATER, mixed, mails))
    random.shuffle(mixed)
    random.shuffle(mails)
    assert dump_casebook(book_of(LATER, mixed, mails)) == expected


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(ARRANGING)))
def test_every_message_lies_in_one_thread_and_every_thread_in_at_most_one_case(decisions) -> None:  # type: ignore[no-untyped-def]
    book = book_of(LATER, sorted(decisions, key=lambda d: d.id))
    in_threads = [s for t in book.threads for s in t.messages]
    assert sorted(in_threads) == sorted(m.message.sha256 for m in book.messages)
    in_cases = [t for c in book.cases for t in c.threads]
    assert len(in_cases) == len(set(in_cases))
    assert {m.case for m in book.messages} - {None} == {c.id for c in book.cases}


def test_every_old_id_leads_somewhere_after_any_merging() -> None:
    book = book_of(LATER, [merge(1), said(2, "rename_case", SPEECH_CASE.id, title="All of it")])
    assert resolve_case(SPEECH_CASE.id, book.cases).title == "All of it"
    assert resolve_case("c-never", book.cases) is None
