"""What kind of mail a message is: a person's, or automatic in one of several ways."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from iep_mail.core.reading.message import read_message
from iep_mail.model import Message, MessageKind

SENDER = "Ellen Park <epark@maplehill.example.org>"


def mail(body: str, subject: str = "Re: speech", sender: str = SENDER, **fields: str) -> Message:
    """A plain message; `In_Reply_To="<a@b>"` gives that field."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "rosa@delgado.example.net", subject
    made.set_content(body)
    for name, value in fields.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    return read_message(bytes(made))


def kind(body: str, subject: str = "Re: speech", sender: str = SENDER, **fields: str) -> str:
    message = mail(body, subject, sender, **fields)
    assert not message.problems
    return str(message.kind)


AWAY = "I will be out of the office until Monday, March 9."

# --- automatic replies ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated"},
        {"X-Autoreply": ""},
        {"X-Autorespond": "yes"},
        {"Precedence": "auto_reply"},
        {"X-POST-MessageClass": "9; Autoresponder"},
    ],
)
def test_automatic_replies_by_their_header(fields: dict[str, str]) -> None:
    assert kind("Hello there.", **fields) == "auto_reply"


@pytest.mark.parametrize(
    "fields",
    [
        {"Auto-Submitted": "no"},
        {"X-Auto-Response-Suppress": "All"},
        {"X-MS-Exchange-Inbox-Rules-Loop": "rosa@delgado.example.net"},
        {"Precedence": "first-class"},
    ],
)
def test_fields_that_people_s_mail_carries_too(fields: dict[str, str]) -> None:
    assert kind("He has speech on Tuesdays.", **fields) == "personal"


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: speech", "Auto: speech", "Auto-Reply: speech", "Out of Office: speech", "OOO: speech", "Out of the office",
        "Away until May 5", "Away from my desk", "On maternity leave", "Vacation reply", "[Auto-Reply] speech", "Autoreply",
        "Respuesta automática: speech", "Fuera de la oficina", "Your request has been received", "We received your message",
        "Ticket #10442 received", "Your ticket 8841 has been created", "Thank you for contacting the Help Desk", "Return Receipt",
    ],
)  # fmt: skip
def test_automatic_replies_by_their_subject(subject: str) -> None:
    assert kind("Hello.", subject) == "auto_reply"


OPENINGS = [
    AWAY,
    "I am currently out of the office with limited access to e-mail. If this is urgent, please call 555-0100.",
    "Hello,\n\nI'm out of the building today for training and will respond tomorrow.",
    "I am on leave until May. Please contact the front office for immediate assistance.",
    "Thank you for your email. I am out of the building at a conference and will return on Monday.",
    "Thank you for your message. I am teaching during the day and will respond within 24 hours.",
    "Thanks for your e-mail! Please allow up to two school days for a response. We will respond within 48 hours.",
    "Thank you for contacting the Special Education Office. We will respond within two business days.",
    "Hi there! School is closed for winter break. I will respond when we return on January 5.",
    "Our office is closed for spring break and will reopen on April 13.",
    "Your request has been received and is being reviewed by our support staff. Ticket number 4471.",
    "Your public records request was submitted. Your reference number is R001234.",
    "We have received your message and a member of our team will answer within one business day.",
    "I check email before and after school and will get back to you as soon as I can.",
    "Ms. Park is no longer employed with the district. Please contact the main office.",
    "This mailbox is not monitored. Please call the school.",
    "Your message to the parents group awaits moderator approval.",
    "This is an automated response. Please do not reply.",
    "Estoy fuera de la oficina hasta el lunes.",
    "Gracias por su mensaje. La oficina está cerrada; responderé el lunes.",
]


@pytest.mark.parametrize("body", OPENINGS)
def test_automatic_replies_by_their_first_words(body: str) -> None:
    assert kind(body) == "auto_reply"


@pytest.mark.parametrize(
    "body",
    [
        "I am out of the office until Monday, but I asked Mr. Shaw and the log is attached.",
        "I'm out of the building today and will be back tomorrow. Your question about speech: he had it on Tuesday.",
        "Thank you for your email. We will meet on Friday at 9.",
        "Thank you for your message. He was pulled on Tuesday and Thursday.",
        "School is closed on Friday. He will make up the session on Monday.",
        "Your request is a fair one. I'll ask the team.",
        "Thanks for contacting me. I'll talk to the team and send you the log.",
        "I was out of the office last week. He has speech on Tuesdays.",
        "The mailbox at the door is not the right place for it.",
        "Teo is no longer working with Ms. Lee.",
    ],
)
def test_people_who_write_of_being_away_are_people(body: str) -> None:
    assert kind(body) == "personal"


def test_a_long_letter_is_no_automatic_reply() -> None:
    assert kind(AWAY + "\n\n" + "He worked hard on his reading this week and likes it. " * 40) == "personal"


def test_a_read_receipt_is_neither_reply_nor_failure() -> None:
    raw = (
        b"From: epark@maplehill.example.org\r\nSubject: Read: speech\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=disposition-notification; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nYour message was read on Tuesday.\r\n"
        b"--b\r\nContent-Type: message/disposition-notification\r\n\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n--b--\r\n"
    )
    assert read_message(raw).kind is MessageKind.AUTO_REPLY


def test_a_read_receipt_without_a_report_is_known_by_its_words() -> None:
    assert (
        kind("Your message\n\n  To: Ellen Park\n  Subject: speech\n\nwas read on 3/3/2026.", "Read: speech")
        == "auto_reply"
    )


# --- bounces --------------------------------------------------------------------------------


def report(
    action: str,
    status: str,
    subject: str = "Delivery Status Notification",
    sender: str = "mailer-daemon@mx.example.net",
) -> bytes:
    return (
        f"From: Mail Delivery Subsystem <{sender}>\r\nTo: rosa@delgado.example.net\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nAbout your message.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n"
        f"Final-Recipient: rfc822; epark@maplehill.example.org\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <asked@delgado.example.net>\r\nSubject: speech\r\n\r\nHi\r\n--b--\r\n"
    ).encode()


def test_a_bounce_names_who_was_not_reached_and_what_came_back() -> None:
    message = read_message(report("failed", "5.1.1"))
    assert message.kind is MessageKind.BOUNCE
    assert message.failed_recipients == ("epark@maplehill.example.org",)
    assert message.returned_id == "<asked@delgado.example.net>"


@pytest.mark.parametrize(
    ("action", "status"),
    [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("relayed", "2.0.0"), ("expanded", "2.0.0")],
)
def test_a_delay_or_an_arrival_is_neither_reply_nor_failure(action: str, status: str) -> None:
    assert read_message(report(action, status)).kind is MessageKind.AUTO_REPLY


@pytest.mark.parametrize(
    ("sender", "subject", "body"),
    [
        ("MAILER-DAEMON@mx.example.net", "failure notice", "Sorry, no mailbox here by that name. epark@maplehill.example.org"),
        ("postmaster@maplehill.example.org", "Undeliverable: speech", "Your message to epark@maplehill.example.org couldn't be delivered."),
        ("post_master@text.example.org", "Re:speech", "Error: Invalid user address\n550 no such user here"),
        ("MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@maplehill.example.org", "Undeliverable: speech", "Delivery has failed to these recipients"),
        ("mail@mx.example.net", "Mail delivery failed: returning message to sender", "could not be delivered: user unknown epark@maplehill.example.org"),
        ("postmaster@maplehill.example.org", "Message blocked", "Your message was blocked by our content filter."),
        ("postmaster@maplehill.example.org", "No se pudo entregar: speech", "No se ha podido entregar el mensaje."),
    ],
)  # fmt: skip
def test_bounces_without_a_report(sender: str, subject: str, body: str) -> None:
    assert kind(body, subject, sender) == "bounce"


def test_x_failed_recipients_alone_makes_a_bounce() -> None:
    message = mail(
        "Hello.", "speech", "mail@mx.example.net", **{"X-Failed-Recipients": "epark@maplehill.example.org"}
    )
    assert (message.kind, message.failed_recipients) == (MessageKind.BOUNCE, ("epark@maplehill.example.org",))


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "Re: Undeliverable: speech",
            "I got “550 5.1.1 user unknown” for Mr. Shaw. Could you give me the right address?",
        ),
        ("Rejected", "The team rejected the request, and I am sorry about that."),
        ("Undelivered worksheets", "The worksheets could not be delivered to the room; he has them now."),
        ("mail failure?", "Did you get my last message? Mine was returned."),
    ],
)
def test_a_person_who_writes_of_a_bounce_is_a_person(subject: str, body: str) -> None:
    assert kind(body, subject, In_Reply_To="<a@b>") == "personal"


# --- calendar -------------------------------------------------------------------------------


def invitation(parameters: str, subject: str) -> MessageKind:
    raw = (
        f"From: epark@maplehill.example.org\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIEP meeting\r\n'
        f"--b\r\nContent-Type: text/calendar{parameters}\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--b--\r\n"
    )
    return read_message(raw.encode()).kind


def test_invitations_and_answers_to_them_are_calendar_mail() -> None:
    assert invitation("; method=REQUEST", "IEP meeting") is MessageKind.CALENDAR
    assert invitation("", "Invitation: IEP meeting") is MessageKind.CALENDAR
    assert invitation("", "Accepted: IEP meeting") is MessageKind.CALENDAR
    assert kind("When: Tuesday\nWhere: Room 4\nGoing? Yes - No", "Invitation: IEP @ Tue Mar 3") == "calendar"
    assert kind("x", Content_Class="urn:content-classes:calendarmessage") == "calendar"


def test_a_letter_with_a_calendar_file_is_a_letter() -> None:
    assert invitation("", "Dates for next year") is MessageKind.PERSONAL
    assert kind("I accept the invitation and will be there.", "Accepted: you asked me to come") == "personal"


# --- mass mail ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {"List-Unsubscribe": "<mailto:out@x.example>"},
        {"List-Id": "<families.maplehill.example.org>"},
        {"Precedence": "bulk"},
        {"Precedence": "list"},
        {"X-Campaign-Id": "1"},
        {"Feedback-ID": "1:campaign:mailer"},
    ],
)
def test_mass_mail_by_its_header(fields: dict[str, str]) -> None:
    assert kind("Picture day is Friday.", "Newsletter", **fields) == "bulk"


def test_a_persons_answer_through_a_list_is_a_persons() -> None:
    fields = {"List-Id": "<office.maplehill.example.org>", "Precedence": "list", "In-Reply-To": "<a@b>"}
    assert (
        kind("He was absent on Tuesday.", sender="Front Office <info@maplehill.example.org>", **fields)
        == "personal"
    )


def test_a_teachers_mail_through_amazon_is_a_persons() -> None:
    assert kind("He was absent.", "Teo", **{"Feedback-ID": "1.us-west-2.abc=:AmazonSES"}) == "personal"


def test_what_nobody_answers_to_is_mass_mail() -> None:
    assert kind("Lunch balance is low.", "Lunch", "Lunch <no-reply@maplehill.example.org>") == "bulk"
    answering = kind("It is done.", "Re: bus", "Help <noreply@maplehill.example.org>", In_Reply_To="<a@b>")
    assert answering == "personal"


def test_a_letter_to_all_families_with_hidden_recipients_is_mass_mail() -> None:
    body = "Dear Maple Hill Families,\n\nPicture day is on Friday."
    assert kind(body, "This week", To="undisclosed-recipients:;") == "bulk"
    assert kind(body, "This week", To=SENDER) == "bulk"
    assert kind(body, "This week") == "personal", "sent to this parent by name it is read as a letter"
    assert kind("Dear Rosa,\n\nHe did well.", "This week", To="undisclosed-recipients:;") == "personal"


def test_an_abuse_report_is_not_a_persons() -> None:
    raw = (
        b"From: staff@mail.example.com\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n'
        b"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n\r\n--b--\r\n"
    )
    assert read_message(raw).kind is MessageKind.BULK
