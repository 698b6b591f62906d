"""Synthetic mail between an invented family and an invented school: the same seed gives the same bytes.

A mailbox has threads of one to eight mails that go on beside each other, in which the parent asks and
the school answers, promises, puts off or stays silent; the school's newsletters; notes from teachers;
automatic replies; and any amount of mail that has nothing to do with the school.

python -m benchmarks.generate FOLDER [SCHOOL] [OTHER] [SEED]
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

PARENT = ("Jo Example", "jo@family.example.net")
DOMAIN = "harbor.k12.example.org"
LAST_DAY = date(2026, 2, 27)
A_YEAR = 3_000  # the school's messages in a busy year
STAFF = tuple(
    (name, f"{name.lower().replace(' ', '.')}@{DOMAIN}")
    for name in (
        "Ada Marsh",
        "Ben Okoye",
        "Cleo Ruiz",
        "Dov Stern",
        "Ela Novak",
        "Finn Hale",
        "Gia Costa",
        "Hal Wu",
    )
)
OFFICE = ("Harbor School Office", f"office@{DOMAIN}")
TOPICS = (
    "speech therapy", "occupational therapy", "reading instruction", "extended time on tests",
    "transportation", "the progress report", "the records request", "the evaluation", "counseling",
    "the behavior plan", "the annual meeting", "assistive technology", "the aide", "math instruction",
)  # fmt: skip
ASKS = (
    "Could you tell me whether {topic} was held on {day}?",
    "Please send me the log for {topic} since {day}.",
    "I am requesting a meeting about {topic}.",
    "When will the missed sessions of {topic} be made up?",
)
REMINDERS = (
    "I have not heard back about {topic}. Could you let me know where this stands?",
    "I am following up on my message about {topic}.",
)
ANSWERS = (
    "Thank you for your message. I will look into {topic} and get back to you.",
    "The sessions of {topic} on {day} were held as planned.",
    "I will send you the data about {topic} by {later}.",
    "We are short of staff this month, so {topic} could not take place on {day}.",
)
THANKS = ("Thank you, that answers my question about {topic}.", "Thank you for letting me know.")
FILLER = (
    "We hope that the week is going well.", "The class is reading a book about lighthouses.",
    "Please remember the permission slip.", "Lunch menus are on the website.", "Thank you for your patience.",
    "The weather has been kind to recess.", "Our next unit is about fractions and rivers.",
    "The library will be open on Thursday afternoon.", "A new bus schedule begins after the break.",
)  # fmt: skip
SHOPS = ("Lantern Books", "Green Grocer", "Quarry Climbing", "Tidewater Bank", "Moss Cinema")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of a mailbox: the folder in which it lies, when it was sent, its bytes."""

    folder: str
    at: datetime
    raw: bytes
    school: bool


@dataclass(slots=True)
class _Thread:
    topic: str
    staff: tuple[str, str]
    subject: str
    left: int
    ids: list[str] = field(default_factory=list)
    said: str = ""
    ours: bool = True


def mailbox(school: int, other: int = 0, seed: int = 1) -> Iterator[Mail]:
    """`school` mails with the school and `other` mails, in time order; the last is of LAST_DAY."""
    dice = random.Random(seed)
    total = school + other
    kinds = [True] * school + [False] * other
    dice.shuffle(kinds)
    days = max(30.0, 365 * school / A_YEAR)
    begin = datetime.combine(LAST_DAY, time(20, tzinfo=UTC)) - timedelta(days=days)
    writer = _Writer(dice, seed)
    for number, is_school in enumerate(kinds):
        at = begin + timedelta(days=days * (number + 1) / total)
        yield writer.school(at, number) if is_school else writer.other(at, number)


def messages(count: int, seed: int = 1) -> Iterator[bytes]:
    """`count` mails with the school as raw bytes, in time order."""
    return (mail.raw for mail in mailbox(count, 0, seed))


class _Writer:
    """Writes one mail after the other; some forty threads go on at the same time."""

    def __init__(self, dice: random.Random, seed: int) -> None:
        self.dice, self.seed = dice, seed
        self.threads: list[_Thread] = []
        self.begun = 0

    def school(self, at: datetime, number: int) -> Mail:
        roll = self.dice.random()
        if roll < 0.2:
            return self._newsletter(at, number)
        if roll < 0.3:
            return self._note(at, number)
        return self._turn(at, number)

    def other(self, at: datetime, number: int) -> Mail:
        shop = self.dice.choice(SHOPS)
        address = f"news@{shop.lower().replace(' ', '')}.example.com"
        message = _headed((shop, address), PARENT, f"Your order {number}", at, self._id(number))
        message.set_content(f"Hello Jo,\n\n{self._filler(3, 30)}\n\n{shop}\n")
        return Mail("INBOX", at, message.as_bytes(), False)

    def _id(self, number: int) -> str:
        return f"<b{self.seed}.{number}@mail.example.net>"

    def _filler(self, least: int, most: int) -> str:
        return " ".join(self.dice.choices(FILLER, k=self.dice.randint(least, most)))

    def _newsletter(self, at: datetime, number: int) -> Mail:
        message = _headed(OFFICE, PARENT, f"This week at Harbor ({number})", at, self._id(number))
        message["List-Id"] = f"<families.{DOMAIN}>"
        message["Precedence"] = "bulk"
        message.set_content("Dear families,\n\n" + "\n\n".join(self._filler(4, 9) for _ in range(6)) + "\n")
        return Mail("INBOX", at, message.as_bytes(), True)

    def _note(self, at: datetime, number: int) -> Mail:
        staff = self.dice.choice(STAFF)
        message = _headed(staff, PARENT, f"A note from {staff[0]}", at, self._id(number))
        message.set_content(f"Hello Jo,\n\n{self._filler(2, 6)}\n\n{staff[0]}\n")
        return Mail("INBOX", at, message.as_bytes(), True)

    def _turn(self, at: datetime, number: int) -> Mail:
        if len(self.threads) < 40 and (not self.threads or self.dice.random() < 0.3):
            self.begun += 1
            topic = self.dice.choice(TOPICS)
            subject = f"{topic.capitalize()} ({self.begun})"
            self.threads.append(_Thread(topic, self.dice.choice(STAFF), subject, self.dice.randint(1, 8)))
        thread = self.dice.choice(self.threads)
        raw = self._reply(thread, at, number)
        mail = Mail("Sent" if thread.ours else "INBOX", at, raw, True)
        thread.left -= 1
        # One time in four the parent reminds; else the other side writes.
        thread.ours = thread.ours if thread.ours and self.dice.random() < 0.25 else not thread.ours
        if not thread.left:
            self.threads.remove(thread)
        return mail

    def _reply(self, thread: _Thread, at: datetime, number: int) -> bytes:
        writer, reader = (PARENT, thread.staff) if thread.ours else (thread.staff, PARENT)
        first = not thread.ids
        message = _headed(writer, reader, ("" if first else "Re: ") + thread.subject, at, self._id(number))
        if not first:
            message["In-Reply-To"], message["References"] = thread.ids[-1], " ".join(thread.ids)
        if not thread.ours and self.dice.random() < 0.06:
            message["Auto-Submitted"] = "auto-replied"
            text = "I am out of the office and will answer when I am back."
        else:
            text = f"Hello {reader[0].split()[0]},\n\n{self._filler(1, 4)}\n\n{self._core(thread, at)}\n\n"
            text += f"{self._filler(0, 3)}\n\n{writer[0]}\n"
        quoted = "".join(f"> {line}\n" for line in thread.said.splitlines())
        before = f"\nOn {at - timedelta(days=2):%B %-d, %Y}, {reader[0]} wrote:\n{quoted}" if quoted else ""
        message.set_content(text + before)
        thread.said = (text + before)[:4000]
        thread.ids.append(message["Message-ID"])
        return message.as_bytes()

    def _core(self, thread: _Thread, at: datetime) -> str:
        if not thread.ours:
            choice = self.dice.choice(ANSWERS)
        elif not thread.ids:
            choice = self.dice.choice(ASKS)
        else:
            choice = self.dice.choice(self.dice.choice((ASKS, REMINDERS, THANKS)))
        day = (at - timedelta(days=self.dice.randint(1, 20))).strftime("%B %-d")
        later = (at + timedelta(days=self.dice.randint(2, 20))).strftime("%B %-d")
        return choice.format(topic=thread.topic, day=day, later=later)


def _headed(
    writer: tuple[str, str], reader: tuple[str, str], subject: str, at: datetime, identity: str
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = f"{writer[0]} <{writer[1]}>", f"{reader[0]} <{reader[1]}>"
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = identity
    return message


CONFIG = f"""\
[family]
timezone = "America/New_York"

[[parents]]
name = "{PARENT[0]}"
addresses = ["{PARENT[1]}"]

[[children]]
name = "Robin Example"

[school]
domains = ["{DOMAIN}"]
"""


def main() -> None:
    folder = Path(sys.argv[1])
    given = [int(a) for a in sys.argv[2:]]
    school, other, seed = (*given, *(1000, 0, 1)[len(given) :])
    for number, mail in enumerate(mailbox(school, other, seed), 1):
        place = folder / mail.folder
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:06}.eml").write_bytes(mail.raw)


if __name__ == "__main__":
    main()
