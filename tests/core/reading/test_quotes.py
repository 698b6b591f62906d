"""A message's own text, as the mail programs that people use lay it out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iep_mail.core.reading.quotes import is_forward, new_text

ANSWER = "Hi Rosa,\n\nHe has speech on Tuesdays at 9:40."
OLD = "Hi Ms. Park,\n\nWhen does Teo have speech?\n\nThanks,\nRosa"
QUOTED = "\n".join(f"> {line}".rstrip() for line in OLD.split("\n"))

# What stands between the answer and the earlier message, and that message as the program leaves it.
PROGRAMS = {
    "Gmail": f"On Tue, Mar 3, 2026 at 3:15 PM Rosa Delgado <rosa@delgado.example.net>\nwrote:\n\n{QUOTED}",
    "Gmail in Spanish": f"El mar, 3 mar 2026 a las 15:15, Rosa Delgado (<rosa@delgado.example.net>)\nescribió:\n\n{QUOTED}",
    "Apple Mail": f"On Mar 3, 2026, at 3:15 PM, Rosa Delgado <rosa@delgado.example.net> wrote:\n\n{QUOTED}",
    "Apple Mail in Spanish": f"El 3 mar 2026, a las 15:15, Rosa Delgado <rosa@delgado.example.net> escribió:\n\n{QUOTED}",
    "iPhone": f"Sent from my iPhone\n\n> On Mar 3, 2026, at 3:15 PM, Rosa Delgado <rosa@delgado.example.net> wrote:\n> \n{QUOTED}",
    "Outlook on a desktop": (
        "From: Rosa Delgado <rosa@delgado.example.net>\nSent: Tuesday, March 3, 2026 3:15 PM\n"
        f"To: Park, Ellen <epark@maplehill.example.org>\nSubject: speech\n\n{OLD}"
    ),
    "Outlook, older": (
        "-----Original Message-----\nFrom: Rosa Delgado [mailto:rosa@delgado.example.net]\n"
        f"Sent: Tuesday, March 3, 2026 3:15 PM\nTo: Park, Ellen\nSubject: speech\n\n{OLD}"
    ),
    "Outlook on the web": (
        "________________________________\nFrom: Rosa Delgado <rosa@delgado.example.net>\n"
        f"Sent: Tuesday, March 3, 2026 3:15:10 PM\nTo: Park, Ellen <epark@maplehill.example.org>\nSubject: speech\n\n{OLD}"
    ),
    "Outlook on a phone": (
        "Get Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n"
        "From: Rosa Delgado <rosa@delgado.example.net>\nSent: Tuesday, March 3, 2026 3:15:10 PM\n"
        f"To: Park, Ellen <epark@maplehill.example.org>\nSubject: speech\n\n{OLD}"
    ),
    "Outlook for Mac": (
        "From: Rosa Delgado <rosa@delgado.example.net>\nDate: Tuesday, March 3, 2026 at 3:15 PM\n"
        f"To: Park, Ellen <epark@maplehill.example.org>\nSubject: speech\n\n{OLD}"
    ),
    "Outlook in bold": (
        "*From:* Rosa Delgado <rosa@delgado.example.net>\n*Sent:* Tuesday, March 3, 2026 3:15 PM\n"
        f"*To:* Park, Ellen <epark@maplehill.example.org>\n*Subject:* speech\n\n{OLD}"
    ),
    "Outlook in Spanish": (
        "De: Rosa Delgado <rosa@delgado.example.net>\nEnviado el: martes, 3 de marzo de 2026 15:15\n"
        f"Para: Park, Ellen <epark@maplehill.example.org>\nAsunto: speech\n\n{OLD}"
    ),
    "Yahoo": f"On Tuesday, March 3, 2026 at 03:15:10 PM CST, Rosa Delgado <rosa@delgado.example.net> wrote: \n\n {OLD}",
    "a mobile program": f"Rosa Delgado <rosa@delgado.example.net> wrote on Tue, Mar 3, 2026 at 3:15 PM:\n\n{OLD}",
    "a program that names only the writer": f"Rosa Delgado wrote:\n\n{QUOTED}",
    "AOL": f"In a message dated 3/3/2026 3:15:10 PM Central Standard Time, rosa@delgado.example.net writes:\n\n{OLD}",
    "Thunderbird": f"On 3/3/26 3:15 PM, Rosa Delgado wrote:\n{QUOTED}",
    "Samsung": (
        "Sent from my Galaxy\n\n-------- Original message --------\nFrom: Rosa Delgado <rosa@delgado.example.net>\n"
        f"Date: 3/3/26 3:15 PM (GMT-06:00)\nTo: epark@maplehill.example.org\nSubject: speech\n\n{OLD}"
    ),
    "Proton": (
        "Sent with Proton Mail secure email.\n\n------- Original Message -------\n"
        f"On Tuesday, March 3rd, 2026 at 3:15 PM, Rosa Delgado <rosa@delgado.example.net> wrote:\n\n{QUOTED}"
    ),
    "GroupWise": f">>> Rosa Delgado 3/3/2026 3:15 PM >>>\n{OLD}",
    "Notes": f"Rosa Delgado\n03/03/2026 03:15 PM\nTo: Ellen Park/Maplehill\ncc:\nSubject: speech\n\n{OLD}",
    "a reply in a ticket system": f"##- Please type your reply above this line -##\n\n{OLD}",
    "a wrapped introduction": (
        "On Tue, Mar 3, 2026 at 3:15 PM Rosa Delgado with a very long display name\n"
        f"<rosa@delgado.example.net> (of the family Delgado)\nwrote:\n\n{QUOTED}"
    ),
    "an introduction and quote run together": (
        "On Tue, Mar 3, 2026 at 3:15 PM Rosa Delgado <rosa@delgado.example.net> wrote: Hi Ms. Park, when does he"
    ),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_answer_above_the_quoted_message(program: str) -> None:
    assert new_text(f"{ANSWER}\n\n{PROGRAMS[program]}", "Ellen Park") == ANSWER


@pytest.mark.parametrize("program", PROGRAMS)
def test_an_answer_with_windows_line_ends_and_no_gap(program: str) -> None:
    text = f"{ANSWER}\n{PROGRAMS[program]}".replace("\n", "\r\n")
    assert new_text(text, "Ellen Park") == ANSWER


def test_answers_between_quoted_lines_stay() -> None:
    text = (
        "On Tue, Mar 3, 2026 at 3:15 PM Rosa Delgado <rosa@delgado.example.net> wrote:\n"
        "> When does he have speech?\n\nTuesdays at 9:40.\n\n> Who takes him there?\n\nHis aide does.\n"
    )
    assert new_text(text) == "Tuesdays at 9:40.\n\nHis aide does."


def test_the_rest_of_a_quoted_line_that_was_wrapped_is_no_answer() -> None:
    text = "> Please tell me on which days of the week he is taken out of class for\nspeech.\n> And who takes him?\n\nHis aide."
    assert new_text(text) == "His aide."


@pytest.mark.parametrize(
    "text",
    [
        "On March 3 you wrote:\nHe will have speech.\n\nHe did not have it. Please tell me why.",
        "To: Ms. Park\nFrom: Rosa Delgado\nDate: March 3, 2026\nSubject: Request for records\n\nPlease send me his records.",
        "Below is the log that we keep:\n\n| Day | Minutes |\n| 3/3 | 20 |",
        "His goal says:\n> 80% accuracy\nin four of five trials. Is that the right one?",
        "Thanks for the call.\n\nFrom: the bus to the door takes him ten minutes.",
        "Here is what she said at the meeting:\n\n“He can have it.”\n\nIs that so?",
        "I asked about the picture\nsent from my phone on Monday and got no answer.",
        "Notice: the picture day is moved to Friday. He should wear his blue shirt.",
        "This message is for the team. I want to know who is coming.",
        "-- I have two questions.\nWho is coming? When is it?",
        "Rosa Delgado wrote:\n\nHe likes school. That is in her letter. Is it so?",
        "Thank you!\n\nWe are fine with that.",
        "Good question. Here is what he says of it:\n\n“I like the small room and I do not like the gym.”",
    ],
)
def test_in_doubt_the_text_stays(text: str) -> None:
    assert new_text(text, "Rosa Delgado") == text


@pytest.mark.parametrize(
    "below",
    [
        "Thanks!\n\nTuesday 3:15\nRoom 12",
        "Thank you,\n\n1. Yes\n2. No",
        "Thanks\n4 sessions, 80 minutes",
        "Thanks\nYes",
    ],
)
def test_an_answer_in_short_lines_under_a_thanks_is_no_signature(below: str) -> None:
    assert below.split("\n")[-1] in new_text(f"Hi Rosa,\n\nGood question.\n\n{below}", "Ellen Park")


SIGNATURES = {
    "a name": "Ellen",
    "a closing and a name": "Thanks,\nEllen Park",
    "a closing on one line": "Thanks, Ellen",
    "a long closing": "Thank you for your patience with all of this,\n\nEllen",
    "a Spanish closing": "Muchas gracias,\n\nEllen Park",
    "a title and a telephone": "Best,\n\nEllen Park, M.Ed.\nCase Manager | Maple Hill Elementary\nPhone: 555-0123 ext. 4\nshe/her",
    "a mark": "-- \nEllen Park\nMaple Hill Elementary\n“Every child can learn.”",
    "office hours": "Sincerely,\nEllen Park\nOffice hours Tuesday 3:15-4:00",
    "a slogan": "Ellen Park\nCase Manager\nMaple Hill Elementary\n555-010-0123\nWe are Wildcats!",
    "a saying over two lines": (
        "Thank you,\nEllen Park\nMaple Hill Elementary\n\n“Education is the most powerful weapon which you can use to\n"
        "change the world, and it will be yours.” – Nelson Mandela"
    ),
    "a logo": "Ellen Park\nMaple Hill Elementary\n[cid:image001.png@01DA1234.5678]",
    "a phone": "Sent from my iPhone",
    "a phone and excuses": "Ellen\n\nSent from my iPad, please excuse any typos",
    "a notice": (
        "Ellen Park\n\nCONFIDENTIALITY NOTICE: This e-mail and any attachments are for the sole use of the intended "
        "recipient.\n\nIf you are not the intended recipient, please notify the sender and destroy all copies."
    ),
    "a public records notice": (
        "Ellen Park\nMaple Hill\n\nPlease note: all e-mail to and from this address is subject to public records law."
    ),
    "a company's notice": "Ellen Park\n\nPark Reading LLC. This e-mail is intended only for the addressee. Please consider the environment.",
    "a Spanish notice": "Ellen\n\nAVISO DE CONFIDENCIALIDAD: Este correo es confidencial y para su destinatario.",
    "a rule and a notice": "Ellen\n________________\nThis message may contain confidential student information.",
}


@pytest.mark.parametrize("kind", SIGNATURES)
def test_signatures_and_notices_are_left_out(kind: str) -> None:
    assert new_text(f"{ANSWER}\n\n{SIGNATURES[kind]}", "Ellen Park") == ANSWER


def test_a_postscript_stays_and_the_signature_below_it_goes() -> None:
    text = f"{ANSWER}\n\nThanks,\nEllen\n\nP.S. He did well today.\n\nEllen Park\nMaple Hill Elementary"
    assert new_text(text, "Ellen Park") == f"{ANSWER}\n\nP.S. He did well today."


def test_what_a_person_wrote_under_a_notice_stays() -> None:
    text = f"{ANSWER}\n\nConfidentiality notice: this e-mail is privileged.\n\nI forgot: I moved the meeting to Friday."
    assert new_text(text, "Ellen Park") == f"{ANSWER}\n\nI forgot: I moved the meeting to Friday."


BANNERS = [
    "CAUTION: This email originated from outside of the organization. Do not click links or open attachments.",
    "[EXTERNAL]",
    "EXTERNAL EMAIL",
    "*** EXTERNAL SENDER: do not click links unless you know the sender ***",
    "This message came from outside the district.",
    "CAUTION: EXTERNAL EMAIL\n\nThis email originated from outside the district. Do not open attachments.",
    "You don't often get email from rosa@delgado.example.net. Learn why this is important",
    "Precaución: este correo viene de fuera de la escuela. Correo externo.",
]


@pytest.mark.parametrize("banner", BANNERS)
def test_banners_of_a_gateway_are_left_out(banner: str) -> None:
    assert new_text(f"{banner}\n\n{ANSWER}", "Ellen Park") == ANSWER


def test_a_warning_by_a_person_is_no_banner() -> None:
    text = "Warning: he is very tired today.\n\nPlease let him rest."
    assert new_text(text) == text


FORWARDS = [
    f"FYI\n\n---------- Forwarded message ---------\nFrom: Rosa <rosa@delgado.example.net>\nDate: Tue, Mar 3, 2026\nSubject: speech\nTo: <a@b.example>\n\n{OLD}",
    f"FYI\n\nBegin forwarded message:\n\nFrom: Rosa <rosa@delgado.example.net>\nSubject: speech\nDate: March 3, 2026 at 3:15:10 PM CST\nTo: a@b.example\n\n{OLD}",
    f"FYI\n\n-------- Forwarded Message --------\nSubject: speech\nDate: Tue, 3 Mar 2026 15:15:10 -0600\nFrom: Rosa <rosa@delgado.example.net>\nTo: a@b.example\n\n{OLD}",
    f"FYI\n\nInicio del mensaje reenviado:\n\nDe: Rosa <rosa@delgado.example.net>\nAsunto: speech\nFecha: 3 de marzo de 2026\nPara: a@b.example\n\n{OLD}",
]


@pytest.mark.parametrize("text", FORWARDS)
def test_what_is_handed_on_is_not_the_senders_own(text: str) -> None:
    assert new_text(text) == "FYI"
    assert is_forward(text)


def test_a_forward_is_known_by_its_subject_and_a_copied_head() -> None:
    text = f"FYI\n\n{PROGRAMS['Outlook on a desktop']}"
    assert is_forward(text, "FW: speech")
    assert not is_forward(text, "RE: speech")
    assert not is_forward("Just a note.", "FW: speech")


def test_a_ticket_systems_first_line_does_not_take_its_whole_mail() -> None:
    text = "##- Please type your reply above this line -##\n\nYour request was closed."
    assert "Your request was closed." in new_text(text)


@given(st.text(max_size=400), st.text(max_size=20))
def test_any_text_gives_a_text_made_of_its_own_words(text: str, name: str) -> None:
    assert set(new_text(text, name).split()) <= set(text.replace("\r", "\n").split()) | {
        word.translate(dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u00ad\u200e\u200f")))
        for word in text.split()
    }


@given(
    st.lists(
        st.sampled_from(["Yes.", "He has speech.", "> old", "", "On 3/3 Rosa wrote:", "Thanks,", "Rosa"]),
        max_size=12,
    )
)
def test_reading_twice_takes_nothing_more(lines: list[str]) -> None:
    once = new_text("\n".join(lines), "Rosa Delgado")
    assert new_text(once, "Nobody") in (
        once,
        once.rpartition("\nThanks,")[0].strip(),
        once.rpartition("\nRosa")[0].strip(),
    ) or len(new_text(once, "Nobody")) <= len(once)
