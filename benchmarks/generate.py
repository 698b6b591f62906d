"""Synthetic mail between an invented family and an invented school: the same seed gives the same bytes.

python -m benchmarks.generate FOLDER [COUNT] [SEED]
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

PARENT = ("Jo Example", "jo@family.example.net")
DOMAIN = "harbor.k12.example.org"
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
ANSWERS = (
    "Thank you for your message. I will look into {topic} and get back to you.",
    "The sessions of {topic} on {day} were held as planned.",
    "I will send you the data about {topic} by {day}.",
    "We are short of staff this month, so {topic} could not take place on {day}.",
)
FILLER = (
    "We hope that the week is going well.", "The class is reading a book about lighthouses.",
    "Please remember the permission slip.", "Lunch menus are on the website.", "Thank you for your patience.",
    "The weather has been kind to recess.", "Our next unit is about fractions and rivers.",
    "The library will be open on Thursday afternoon.", "A new bus schedule begins after the break.",
)  # fmt: skip
_BEGIN = datetime(2023, 8, 28, 14, 0, tzinfo=UTC)


def messages(count: int, seed: int = 1) -> Iterator[bytes]:
    """`count` mails in threads of one to six, in time order, as raw bytes."""
    dice = random.Random(seed)
    made, thread, at = 0, 0, _BEGIN
    while made < count:
        thread += 1
        topic, staff = dice.choice(TOPICS), dice.choice(STAFF)
        previous = ""
        for turn in range(min(dice.randint(1, 6), count - made)):
            at += timedelta(minutes=dice.randint(20, 300))
            ours = turn % 2 == 0
            identity = f"<b{seed}.{made}@mail.example.net>"
            yield _mail(dice, ours, staff, topic, thread, at, identity, previous)
            previous, made = identity, made + 1


def _mail(
    dice: random.Random,
    ours: bool,
    staff: tuple[str, str],
    topic: str,
    thread: int,
    at: datetime,
    identity: str,
    previous: str,
) -> bytes:
    message = EmailMessage()
    writer, reader = (PARENT, staff) if ours else (staff, PARENT)
    message["From"], message["To"] = f"{writer[0]} <{writer[1]}>", f"{reader[0]} <{reader[1]}>"
    message["Subject"] = f"{'Re: ' if previous else ''}{topic.capitalize()} ({thread})"
    message["Date"] = format_datetime(at)
    message["Message-ID"] = identity
    if previous:
        message["In-Reply-To"] = message["References"] = previous
    day = (at - timedelta(days=dice.randint(1, 20))).strftime("%B %-d")
    core = dice.choice(ASKS if ours else ANSWERS).format(topic=topic, day=day)
    before = " ".join(dice.choices(FILLER, k=dice.randint(1, 4)))
    after = " ".join(dice.choices(FILLER, k=dice.randint(0, 3)))
    message.set_content(f"Hello {reader[0].split()[0]},\n\n{before}\n\n{core}\n\n{after}\n\n{writer[0]}\n")
    return message.as_bytes()


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
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    folder.mkdir(parents=True, exist_ok=True)
    for number, raw in enumerate(messages(count, seed), 1):
        (folder / f"{number:06}.eml").write_bytes(raw)


if __name__ == "__main__":
    main()
