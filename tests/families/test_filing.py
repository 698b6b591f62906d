"""Threads and cases of the labelled mailboxes, and that what was filed stays where it is as mail comes in."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from iep_mail.core.filing.copies import fold_copies
from iep_mail.core.filing.correspondence import file_messages
from iep_mail.core.reading.message import read_message
from iep_mail.model import Child, Contact, Family, Message, Parent, School

FAMILIES = sorted(path.parent for path in Path(__file__).parent.glob("*/gold.json"))
NOT_DEVELOPED_ON = {"sierra"}  # its figures are what other families may expect
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=FAMILIES, ids=lambda path: path.name)
def folder(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture(scope="module")
def family(folder: Path) -> Family:
    given = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    contacts = (Contact(c["address"], c["name"], c.get("role", "")) for c in given.get("contacts", ()))
    portals = (p if isinstance(p, str) else p["address"] for p in given.get("portals", ()))
    return Family(
        given.get("timezone") or given["time_zone"],
        tuple(Parent(p["name"], tuple(p["addresses"])) for p in given["parents"]),
        tuple(Child(c["name"], tuple(c.get("nicknames", ()))) for c in given["children"]),
        School(tuple(given["school_domains"]), tuple(contacts), tuple(portals)),
    )


@pytest.fixture(scope="module")
def mail(folder: Path) -> dict[str, Message]:
    return {p.name: read_message(p.read_bytes()) for p in sorted((folder / "mail").glob("*.eml"))}


def bcubed(gold: Mapping[str, str], said: Mapping[str, str]) -> float:
    shares = []
    for side, other in ((said, gold), (gold, said)):
        together = [
            sum(other[o] == other[i] for o in gold if side[o] == side[i])
            / sum(side[o] == side[i] for o in gold)
            for i in gold
        ]
        shares.append(sum(together) / len(together))
    return 2 * shares[0] * shares[1] / sum(shares)


@pytest.mark.parametrize(("key", "least"), [("thread", 0.95), ("case", 0.82)])
def test_what_belongs_together_is_together(
    folder: Path, family: Family, mail: dict[str, Message], key: str, least: float
) -> None:
    least -= 0.1 if folder.name in NOT_DEVELOPED_ON else 0
    labels = json.loads((folder / "gold.json").read_text(encoding="utf-8"))["messages"]
    labels = {name.removeprefix("mail/"): label for name, label in labels.items()}
    gold = {n: str(x[key]) for n, x in labels.items() if x.get(key) and x["direction"] != "unrelated"}
    filed, _, _ = file_messages(fold_copies(list(mail.values())), family)
    place = {
        f.message.sha256: str((f.thread if key == "thread" else f.case) or f.message.sha256) for f in filed
    }
    said = {n: place.get(mail[n].sha256, n) for n in gold}
    assert bcubed(gold, said) >= least


def test_what_was_filed_stays_when_more_mail_comes(
    folder: Path, family: Family, mail: dict[str, Message]
) -> None:
    messages = sorted(fold_copies(list(mail.values())), key=lambda m: m.date)
    before: dict[str, str] = {}
    stayed = moved = 0
    for number in range(10, len(messages) + 1, 4):
        now = founders(messages[:number], family)
        stayed += sum(now.get(thread) == case for thread, case in before.items())
        moved += sum(now.get(thread) != case for thread, case in before.items())
        before = now
    assert moved <= stayed / (40 if folder.name in NOT_DEVELOPED_ON else 100), (
        f"{moved} moved, {stayed} stayed"
    )


def founders(messages: Sequence[Message], family: Family) -> dict[str, str]:
    """The thread with which the case of each thread began."""
    _, _, cases = file_messages(messages, family)
    return {thread: case.threads[0] for case in cases for thread in case.threads}
