"""How families and schools write of missed sessions and other problems: what is heard, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from iep_mail.core.tracking.observations import observe
from iep_mail.model import (
    Address,
    Child,
    Direction,
    Family,
    FiledMessage,
    Message,
    MessageKind,
    Observation,
    Parent,
    School,
    SchoolCalendar,
)

FAMILY = Family(
    "America/Chicago", (Parent("Ana", ("ana@mail.example.com",)),), (Child("Theo Okafor"),), School()
)
SENT = date(2026, 3, 18)  # a Wednesday


def filed(text: str, *, school: bool, number: int = 1, sent: date = SENT) -> FiledMessage:
    message = Message(
        sha256=f"{number:064d}",
        message_id=f"<{number}@x.example>",
        date=datetime(sent.year, sent.month, sent.day, 18, tzinfo=UTC),
        sender=Address("", "lee@oakhill.example.org" if school else "ana@mail.example.com"),
        subject="Question",
        new_text=text,
    )
    way = Direction.FROM_SCHOOL if school else Direction.TO_SCHOOL
    return FiledMessage(message, way, MessageKind.PERSONAL, sent, thread=f"t-{number}", case="c-1")


def seen(text: str, *, school: bool) -> tuple[Observation, ...]:
    return observe([filed(text, school=school)], FAMILY, SchoolCalendar())


def missed(text: str, *, school: bool) -> list[str]:
    found = seen(text, school=school)
    return [o.on.isoformat()[5:] for o in found if o.kind == "missed_service" and o.on]


# What was written, whether by the school, and the days (of 2026) that were missed.
MISSED: list[tuple[str, bool, list[str]]] = [
    ("Speech did not take place on March 3, March 5 and March 10.", False, ["03-03", "03-05", "03-10"]),
    ("Mateo's OT was cancelled again on 3/11.", False, ["03-11"]),
    ("The group didn't run on Tuesday or on Thursday of last week, 3/10 and 3/12.", True, ["03-10", "03-12"]),
    (
        "She has now gone without speech on March 2, March 4 and March 9, thirty minutes each time.",
        False,
        ["03-02", "03-04", "03-09"],
    ),
    ("I was out sick on March 12, so I did not see him for PT.", True, ["03-12"]),
    ("Per the log, sessions on 3/3 and 3/5 were not provided.", True, ["03-03", "03-05"]),
    ("He was not pulled for counseling on March 6.", False, ["03-06"]),
    ("No one came to get her for speech on 3/9.", False, ["03-09"]),
    ("Nobody picked him up for OT on March 10.", False, ["03-10"]),
    (
        "There has been no speech since the 2nd; March 4, 9 and 11 were missed.",
        False,
        ["03-04", "03-09", "03-11"],
    ),
    ("Ms. Lee was absent on 3/13 and the reading group was canceled.", True, ["03-13"]),
    ("Due to the assembly, we skipped speech on March 6.", True, ["03-06"]),
    ("Speech fell through on 3/4 because of testing.", True, ["03-04"]),
    ("His 3/5 and 3/12 sessions never happened. That is two counseling sessions.", False, ["03-05", "03-12"]),
    ("OT: 3/4 - not held (therapist absent)", True, ["03-04"]),
    ("I wasn't able to get to Ana for her speech session on Monday.", True, ["03-16"]),
    ("We had to cancel PT yesterday.", True, ["03-17"]),
    ("Speech therapy was missed on the following dates: 3/2, 3/4, 3/9.", False, ["03-02", "03-04", "03-09"]),
    ("The aide was pulled to another class on March 11, so he had no aide that day.", False, ["03-11"]),
    ("She didn't get her 30 minutes of reading on 3/10.", False, ["03-10"]),
    ("My records show no OT session on 3/3 or 3/10.", False, ["03-03", "03-10"]),
    ("The substitute did not hold speech on March 5.", True, ["03-05"]),
    ("Speech was on the calendar for 3/9 but did not occur.", False, ["03-09"]),
    (
        "Since her therapist left, Mia missed speech on 2/24, 2/26, 3/3 and 3/5.",
        False,
        ["02-24", "02-26", "03-03", "03-05"],
    ),
    ("Unfortunately your daughter did not receive occupational therapy on March 3.", True, ["03-03"]),
    ("I did not have him for speech on Tuesday because I was in a meeting.", True, ["03-17"]),
    ("No counseling took place on 3/6.", True, ["03-06"]),
    ("Therapy on 3/11 had to be called off.", True, ["03-11"]),
    ("The 3/2 session was dropped because of the fire drill; speech resumed on 3/4.", True, ["03-02"]),
    ("He waited for OT on 3/10 and no therapist came.", False, ["03-10"]),
    ("Resource time was not covered on Monday and Tuesday.", False, ["03-16", "03-17"]),
    ("Her nurse was out 3/9 so the nursing service wasn't provided.", False, ["03-09"]),
    ("Mateo's physical therapy sessions on 2/25 and 3/4 went unprovided.", False, ["02-25", "03-04"]),
    ("Speech logs show zero minutes for March 3 and March 5.", False, ["03-03", "03-05"]),
    ("The counselor was on leave and didn't meet with him on 3/6 or 3/13.", False, ["03-06", "03-13"]),
    ("I couldn't make it over to your building on Monday, sorry, so no speech for Ana.", True, ["03-16"]),
    (
        "He sat in the hall on 3/12 because the reading teacher was subbing; reading did not happen.",
        False,
        ["03-12"],
    ),
    ("She lost her speech time on 3/5 to a fire drill.", False, ["03-05"]),
    (
        "I only see sessions on the 2nd and the 9th. Speech on the 4th and the 11th is missing.",
        False,
        ["03-04", "03-11"],
    ),
    ("OT didn't show up again on 3/10, third time this month.", False, ["03-10"]),
    (
        "As you know, Ms. Ito was at jury duty on March 10 and 11, and pull-out was not covered.",
        True,
        ["03-10", "03-11"],
    ),
    ("Adaptive PE was canceled on Friday the 13th.", True, ["03-13"]),
    ("On 3/3 the SLP told me herself that she had skipped his session.", False, ["03-03"]),
    ("Theo was not seen on the 4th, the 6th or the 11th for his speech.", False, ["03-04", "03-06", "03-11"]),
]
NOT_MISSED: list[tuple[str, bool]] = [
    ("Was speech held on March 3?", False),
    ("Can you tell me if OT was missed on 3/4?", False),
    ("Please cancel my subscription to the speech newsletter as of 3/4.", False),
    ("Speech on 3/25 is cancelled because of the field trip.", True),
    ("We will make up the sessions of 3/3 and 3/5 next week for speech.", True),
    ("The IEP meeting on 3/4 was cancelled.", True),
    ("She missed the bus on 3/4.", False),
    ("He missed his spelling test on March 9.", False),
    ("Speech was held on 3/3 and 3/5.", True),
    ("I missed your call on March 9 about speech.", False),
    ("School is closed on 3/6, so there is no speech group that day.", True),
    ("No OT concerns came up on 3/10.", True),
    ("If speech is missed on 3/19, please let me know.", False),
    ("Speech club was not held on 3/4 because of snow.", True),
    ("He did not see the nurse on 3/4 because he felt fine.", True),
    ("I have not received the speech log you promised on 3/4.", False),
    ("Mia was absent on 3/4 and we worked on speech on 3/5.", True),
    ("Could we just cancel speech on the 2nd?", False),
    ("I have not heard back since my mail of March 9 about OT.", False),
    ("She made up the speech session of 3/3 on 3/10.", True),
]


@pytest.mark.parametrize(("text", "school", "days"), MISSED)
def test_a_session_that_was_not_held(text: str, school: bool, days: list[str]) -> None:
    assert missed(text, school=school) == days


@pytest.mark.parametrize(("text", "school"), NOT_MISSED)
def test_what_is_no_missed_session(text: str, school: bool) -> None:
    assert missed(text, school=school) == []


# For each kind what is heard and what is not; S: the school wrote it, P: a parent.
KINDS: dict[str, tuple[list[str], list[str]]] = {
    "accommodation_not_followed": (
        [
            "P:Theo did not get his extra time on Tuesday's math test.",
            "P:His headphones were taken away during the assembly.",
            "P:The teacher is not following his 504.",
            "P:She had to hand her test in with everyone else.",
            "P:Nobody uses the visual schedule in art.",
            "P:He got no sensory breaks last week.",
            "P:The quiz was given without his extended time.",
            "S:I did not know that he gets a calculator, so he did not have the calculator on the quiz.",
            "P:The agenda came home blank again.",
            "P:Her FM system has not been turned on in music.",
            "P:The captions were never used in science.",
            "P:Preferential seating is not being provided in English.",
            "P:They won't let him wear his headphones in the cafeteria.",
            "P:On Monday's science test she was told to put the calculator away.",
            "P:His teacher said the breaks are only for kids who finish their work.",
        ],
        [
            "P:Thank you for giving him his extra time.",
            "P:Please make sure that the breaks are given.",
            "P:Can you check whether his headphones were used?",
            "S:He used his extra time and finished the test.",
            "P:I would like to add extra time to his plan.",
            "S:Field trip money is due Friday and no headphones are needed.",
            "P:We are happy that the seating was changed.",
            "S:He asked for a break and took it.",
        ],
    ),
    "change_without_notice": (
        [
            "P:Her aide was removed without telling us.",
            "P:His speech was cut to once a week without my consent.",
            "P:I was never told that he was moved to another class.",
            "P:We found out from Theo that his therapist had left.",
            "P:This is the first I have heard of a new schedule for his services.",
            "S:I should have told you before we changed his schedule.",
            "P:They moved her desk to the hall without an IEP meeting.",
            "P:Nobody asked us before she was switched to the other room.",
            "P:When I picked him up I learned that his class had been switched on Monday.",
            "P:Her minutes went from 60 to 30 and no one asked us.",
        ],
        [
            "P:He may leave class without asking.",
            "P:Please do not change anything without telling us.",
            "S:I should have told you that I was behind.",
            "P:We were told about the new schedule last week.",
            "S:The lunch menu changed without much fuss.",
            "P:I found out that he loves fractions.",
        ],
    ),
    "refusal": (
        [
            "S:The district declines your request for an independent evaluation.",
            "S:We are not able to provide a one-to-one aide.",
            "S:Your request was denied.",
            "S:The team will not be adding minutes at this time.",
            "S:He does not qualify for occupational therapy.",
            "S:I can't approve that.",
            "S:We cannot offer make-up sessions.",
            "S:An additional evaluation is not warranted.",
            "S:I am not in a position to agree to that.",
            "S:That is not something we do at the middle school.",
            "S:Unfortunately we will have to say no to the extra hour.",
            "S:The answer from the district office is no.",
        ],
        [
            "S:He refused to work on his writing today.",
            "S:I won't be able to make the meeting on Friday.",
            "S:If the parents refuse consent, the district may ask for mediation.",
            "S:We are happy to provide the logs.",
            "S:I could not open the attachment.",
            "P:The district declines everything.",
        ],
    ),
    "lack_of_resources": (
        [
            "S:We are short-staffed this month.",
            "S:There is a shortage of speech therapists.",
            "S:We do not have anyone to cover the group.",
            "S:The position remains unfilled.",
            "S:There is no budget for that.",
            "S:We have been unable to hire an aide.",
            "S:No substitute was available.",
            "S:Her caseload is full.",
            "S:We are still looking for a new speech therapist.",
            "S:Until we find someone for the opening, groups are on hold.",
            "S:With two people out we are covering only the evaluations.",
        ],
        [
            "S:The vacancy has been filled.",
            "S:Staff appreciation week is coming.",
            "S:We have a full house for the concert.",
            "P:You are short-staffed, I know.",
            "S:The budget meeting is open to parents.",
        ],
    ),
    "no_communication": (
        [
            "P:I have not heard back from you.",
            "P:I received no answer to my mail of March 3.",
            "P:Nobody has called me back.",
            "P:My emails have gone unanswered.",
            "P:I am still waiting for a reply.",
            "P:I didn't get any response.",
            "P:We have yet to hear from the district.",
            "P:I felt brushed off when I called.",
            "P:I still have had no word about the evaluation.",
            "P:Three weeks and not a word from anyone.",
            "P:I left two voicemails that were not returned.",
        ],
        [
            "P:If I do not hear back by Friday, I will call.",
            "P:Thank you for the quick reply.",
            "S:I have not heard from the bus company.",
            "P:I have nothing to add.",
        ],
    ),
    "progress_mismatch": (
        [
            "P:The progress report does not match what we see at home.",
            "P:It says he has mastered the goal, but he cannot read the list.",
            "P:The comments are word for word the same as the progress report of last year.",
            "P:The report says she is making sufficient progress while her scores went down.",
            "P:The data on the graph contradicts the report card.",
            "P:You report 80 percent, but every worksheet that came home was under 50.",
        ],
        [
            "P:Thank you for the progress report.",
            "S:He has mastered the goal.",
            "P:The report says he is on track and we are glad.",
        ],
    ),
    "possible_retaliation": (
        [
            "P:Ever since we filed the complaint he has been sent to the office.",
            "P:Three days after my letter she was removed from the club.",
            "P:I am worried that this is retaliation.",
            "P:He was suspended two days after I asked for a meeting.",
            "P:They are treating him differently because I complained.",
            "P:Since we complained she has been singled out.",
        ],
        [
            "P:I am not saying this is retaliation.",
            "P:Since we asked, he has had his breaks every day.",
            "P:A week after our meeting the sessions started.",
            "S:Retaliation is against our policy.",
        ],
    ),
    "harm": (
        [
            "P:She came home in tears.",
            "P:He was pushed on the bus.",
            "P:Another child hit him at recess.",
            "P:She refuses to go to school.",
            "P:He says he wants to die.",
            "P:She cries every morning before school.",
            "P:He has regressed since the service stopped.",
            "S:Theo was restrained today.",
            "P:He is scared of the bus.",
            "P:He came home with a bruise on his arm.",
            "P:She stopped talking at home.",
            "P:He had a panic attack in class.",
            "P:He has been having stomachaches every Sunday night and begs to stay home.",
            "P:She was left in the bathroom for twenty minutes.",
        ],
        [
            "P:Nobody was hurt.",
            "P:She was not hurt.",
            "S:The policy says what happens if a child is hurt.",
            "P:We cried happy tears at the concert.",
            "S:Fire drill tomorrow so that nobody is afraid.",
            "P:He hurt my feelings when he laughed.",
        ],
    ),
    "child_statement": (
        [
            "P:Theo says nobody came for him.",
            "P:She told me that she ate alone.",
            "P:My son keeps saying he is stupid.",
            "P:He complains that the room is loud.",
            "P:We asked Theo and he said that there was no group.",
        ],
        [
            "S:Theo says hello.",
            "P:Dr. Shah said that he needs rest.",
            "P:The teacher says he is fine.",
        ],
    ),
}


@pytest.mark.parametrize(("kind", "line"), [(k, line) for k, (yes, _) in KINDS.items() for line in yes])
def test_a_problem_is_heard(kind: str, line: str) -> None:
    assert kind in {o.kind for o in seen(line[2:], school=line[0] == "S")}


@pytest.mark.parametrize(("kind", "line"), [(k, line) for k, (_, no) in KINDS.items() for line in no])
def test_what_only_sounds_like_one_is_not(kind: str, line: str) -> None:
    assert kind not in {o.kind for o in seen(line[2:], school=line[0] == "S")}


def test_a_list_of_days_may_go_on_in_the_next_line() -> None:
    text = "Theo missed five speech sessions: 2/24, 2/26,\n3/3, 3/5 and 3/10."
    assert missed(text, school=False) == ["02-24", "02-26", "03-03", "03-05", "03-10"]


def test_the_day_of_a_message_is_no_missed_session() -> None:
    text = "To answer your March 9 message: no one saw Theo for speech on 3/11."
    assert missed(text, school=True) == ["03-11"]


def test_the_minutes_come_from_the_sentence_the_message_or_the_thread() -> None:
    own = seen("Speech was not held on 3/3, thirty minutes.", school=True)
    assert own[0].detail == "speech-language therapy; 30 minutes"
    first = filed("Speech was not held on 3/3 (25 minutes).", school=False)
    reply = filed("Right, I could not run speech on 3/5 either.", school=True, number=2)
    found = observe([first, replace(reply, thread=first.thread)], FAMILY, SchoolCalendar())
    assert [o.detail for o in found if o.on] == ["speech-language therapy; 25 minutes"] * 2


@pytest.mark.parametrize(
    ("days_before", "text", "heard"),
    [
        (8, "Theo was suspended today.", True),
        (8, "He was removed from the chess club on Monday.", True),
        (8, "The bus was suspended because of snow.", False),
        (8, "He was sent home sick with a fever.", False),
        (45, "Theo was suspended today.", False),
    ],
)
def test_something_adverse_soon_after_the_parent_spoke_up(days_before: int, text: str, heard: bool) -> None:
    act = filed(
        "I am filing a complaint about the missed sessions.",
        school=False,
        number=2,
        sent=SENT - timedelta(days=days_before),
    )
    found = [
        o
        for o in observe([act, filed(text, school=True)], FAMILY, SchoolCalendar())
        if o.kind == "possible_retaliation"
    ]
    assert bool(found) is heard
    if heard:
        assert f"{days_before} days after" in found[0].detail
