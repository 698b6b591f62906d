"""Signatures and notices as people's programs and offices leave them: what is the writer's own."""

import pytest

from iep_mail.core.reading.quotes import new_text

# The writer, the text as it came, and what of it is new.
LAYOUTS = [
    (
        "Ellen Park",
        "Hi Rosa,\n\nHe has speech on Tuesdays.\n\nEllen Park, M.Ed.\nGrade 3 | Maple Hill Elementary\n(608) 555-0143 ext. 22\n",
        "Hi Rosa,\n\nHe has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        'He has speech on Tuesdays.\n\nBest,\nEllen\n\n--\nEllen Park\nSpecial Education Teacher\nMaple Hill ISD\n"Every child, every day"\n',
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\nMrs. Park\nRoom 12\n\nCONFIDENTIALITY NOTICE: This email and any attachments are for the sole use of the intended recipient(s) and may contain confidential information.\n",
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\nThank you,\n\nEllen Park\nShe/her\nSchool Psychologist\nMaple Hill Public Schools\n1200 Oak St., Madison, WI 53703\nOffice: 608-555-0143\nFax: 608-555-0144\nwww.maplehill.example.org\n\nFollow us on Facebook!\n",
        "He has speech on Tuesdays.",
    ),
    ("Ellen Park", "He has speech on Tuesdays. -EP\n", "He has speech on Tuesdays. -EP"),
    ("Ellen Park", "He has speech on Tuesdays.\n\n~ Ms. Park ~\n", "He has speech on Tuesdays."),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\nE. Park\nSent from my mobile device. Please excuse brevity and typos.\n",
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\nWarmly,\nEllen Park, SLP\nMy regular work days are Monday through Wednesday.\nI may not reply on other days.\n",
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\nThis message was sent by a public school district and may be subject to the Public Records Act.\n",
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "[EXTERNAL EMAIL] DO NOT CLICK links or attachments unless you recognize the sender.\n\nHe has speech on Tuesdays.\n",
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "CAUTION: This email originated from outside of the organization. Do not click links or open attachments unless you recognize the sender and know the content is safe.\n\nHi,\n\nHe has speech on Tuesdays.\n",
        "Hi,\n\nHe has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        'He has speech on Tuesdays.\n\nRespectfully,\n\nEllen Park\nDirector of Special Services\nMaple Hill ISD\n\n"Children must be taught how to think, not what to think." - Margaret Mead\n',
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "> When does Teo have speech?\n\nTuesdays at 9:40.\n\n> And OT?\n\nThursdays.\n\nEllen\n",
        "Tuesdays at 9:40.\n\nThursdays.",
    ),
    (
        "Ellen Park",
        "On Mon, Mar 2, 2026 at 8:01 AM Rosa Delgado <rosa@delgado.example.net> wrote:\n\n> When does Teo have speech?\n> Rosa\n\nTuesdays at 9:40.\n",
        "Tuesdays at 9:40.",
    ),
    (
        "Ellen Park",
        "Rosa, see my answers below in red.\n\nFrom: Rosa Delgado <rosa@delgado.example.net>\nSent: Monday, March 2, 2026 8:01 AM\nTo: Ellen Park\nSubject: speech\n\nWhen does Teo have speech?\n",
        "Rosa, see my answers below in red.",
    ),
    (
        "Ellen Park",
        "Rosa,\n\nMs. Lane asked me to pass this along.\n\n---------- Forwarded message ---------\nFrom: Tia Lane <tlane@maplehill.example.org>\nDate: Mon, Mar 2, 2026 at 8:01 AM\nSubject: Teo\nTo: Ellen Park <epark@maplehill.example.org>\n\nTeo has speech on Tuesdays.\n",
        "Rosa,\n\nMs. Lane asked me to pass this along.",
    ),
    (
        "Ellen Park",
        "FYI\n\nBegin forwarded message:\n\nFrom: Tia Lane <tlane@maplehill.example.org>\nSubject: Teo\nDate: March 2, 2026 at 8:01:00 AM CST\nTo: Ellen Park\n\nTeo has speech.\n",
        "FYI",
    ),
    (
        "Rosa Delgado",
        "Ms. Park when is speech\n\nSent from AT&T Yahoo Mail for iPhone\n",
        "Ms. Park when is speech",
    ),
    (
        "Rosa Delgado",
        "Ms. Park when is speech\n\nRosa\n\nOn Monday, March 2, 2026, 8:01 AM, Ellen Park <epark@maplehill.example.org> wrote:\n\nHi Rosa, the form is attached.\n",
        "Ms. Park when is speech",
    ),
    (
        "Rosa Delgado",
        "Ms. Park when is speech\n\nThanks in advance,\nRosa Delgado (Teo's mom)\n555-0199\n",
        "Ms. Park when is speech",
    ),
    ("Rosa Delgado", "Ms. Park,\nwhen is speech?\nThx - Rosa\n", "Ms. Park,\nwhen is speech?"),
    (
        "Rosa Delgado",
        "Ms. Park when is speech\n\nRosa y Luis Delgado\nParents of Teo Delgado, grade 3\n",
        "Ms. Park when is speech",
    ),
    (
        "Rosa Delgado",
        "Ms. Park,\n\nWhen is speech?\n\nThank you for your help.\n\nSincerely,\nRosa Delgado\n14 Elm Street\nMadison, WI 53703\n(608) 555-0199\nrosa@delgado.example.net\n\ncc: Dr. Shaw, Principal\n",
        "Ms. Park,\n\nWhen is speech?\n\nThank you for your help.",
    ),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\nOn 3/2/2026 8:01 AM, Rosa Delgado wrote:\n> When does Teo have speech?\n>\n> On 3/1/2026 Ellen Park wrote:\n>> The form is attached.\n",
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\nEllen Park | Case Manager | Maple Hill Elementary School | 608.555.0143\n",
        "He has speech on Tuesdays.",
    ),
    ("Ellen Park", "He has speech on Tuesdays.\n\nThanks!\nMs. Park :)\n", "He has speech on Tuesdays."),
    (
        "Ellen Park",
        "Hi Rosa,\nHe has speech on Tuesdays.\nHave a great day!\n\nEllen Park\nMaple Hill Elementary, Home of the Hawks\nPlease consider the environment before printing this e-mail.\n",
        "Hi Rosa,\nHe has speech on Tuesdays.\nHave a great day!",
    ),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\n**********************************************\nThe information contained in this transmission may contain privileged and confidential student information protected by FERPA. If you are not the intended recipient, any dissemination is prohibited.\n**********************************************\n",
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\n________________________________\nMaple Hill ISD does not discriminate on the basis of race, color, national origin, sex, disability, or age in its programs.\n",
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\nIn partnership,\nEllen\nEllen Park, Ed.D.\nAssistant Principal\n",
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "Dates that work:\n- Tuesday 3/10, 8:00\n- Thursday 3/12, 2:30\n\nEllen\n",
        "Dates that work:\n- Tuesday 3/10, 8:00\n- Thursday 3/12, 2:30",
    ),
    ("Ellen Park", "He has speech on Tuesdays.\n\nVirus-free. www.avast.com\n", "He has speech on Tuesdays."),
    (
        "Ellen Park",
        "Sent from my iPhone\n\nHe has speech on Tuesdays.\n\nOn Mar 2, 2026, at 8:01 AM, Rosa Delgado <rosa@delgado.example.net> wrote:\n\n\ufeffWhen does Teo have speech?\n",
        "He has speech on Tuesdays.",
    ),
    (
        "Ellen Park",
        "He has speech on Tuesdays.\n\nEllen Park\nSpeech-Language Pathologist, CCC-SLP\nMaple Hill | Cedar Grove\n\nNote: I am at Cedar Grove on Mondays and Fridays.\n",
        "He has speech on Tuesdays.",
    ),
    ("Luis Delgado", "what day is speech\nL\n", "what day is speech"),
    (
        "Ellen Park",
        "Mrs. Delgado:\n\nThe district received your letter on March 2.\n\nVery truly yours,\n\n/s/ Ellen Park\n\nEllen Park\nExecutive Director, Special Education\n\nEnclosure\nc: Superintendent\n",
        "Mrs. Delgado:\n\nThe district received your letter on March 2.",
    ),
]


@pytest.mark.parametrize(("writer", "text", "wanted"), LAYOUTS)
def test_what_a_layout_adds_is_left_out(writer: str, text: str, wanted: str) -> None:
    assert new_text(text, writer) == wanted
