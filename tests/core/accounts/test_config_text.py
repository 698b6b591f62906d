"""config.toml written from answers loads as what was answered."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from iep_mail.adapters.config import load_config
from iep_mail.core.accounts.config_text import Answers, config_text
from iep_mail.model import Auth, Child, Contact, Mailbox, Parent, Server

names = (
    st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
locals_ = st.from_regex(r"[a-z][a-z0-9.+-]{0,8}[a-z0-9]", fullmatch=True).filter(lambda t: ".." not in t)
addresses = st.builds(lambda local, n: f"{local}@home{n}.example.net", locals_, st.integers(0, 99))
auths = st.sampled_from(
    [
        Auth("keyring"),
        Auth("oauth2", provider="google"),
        Auth("environment", "PASSWORD"),
        Auth("command", None, ("pass", 'a "b"\\c')),
    ]
)


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    mine = draw(st.lists(addresses, min_size=1, max_size=3, unique=True))
    children = draw(st.lists(names, min_size=1, max_size=3, unique_by=str.lower))
    contacts = draw(st.lists(names, max_size=2))
    return Answers(
        timezone="America/Chicago",
        state=draw(st.sampled_from([None, "PA"])),
        parents=(Parent(draw(names), tuple(mine)),),
        children=tuple(Child(name, tuple(draw(st.lists(names, max_size=2)))) for name in children),
        domains=("maplehill.example.org", "district.example.org"),
        calendar=draw(st.sampled_from([None, "https://district.example.org/c.ics"])),
        contacts=tuple(
            Contact(f"p{n}@maplehill.example.org", name, draw(st.one_of(st.just(""), names)))
            for n, name in enumerate(contacts)
        ),
        mailboxes=tuple(
            Mailbox(a, Server("imap.example.net", 993), draw(auths), draw(st.sampled_from([a, "rosa"])),
                    draw(st.sampled_from([None, Server("smtp.example.net", 587, "starttls")])))
            for a in mine
        ),
        drafts=draw(st.sampled_from(["store", "mailbox"])),
    )  # fmt: skip


@settings(max_examples=60)
@given(answers())
def test_it_loads_as_what_was_answered(given_: Answers) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text(config_text(given_), encoding="utf-8")
        config = load_config(path)
    family = config.family
    assert (family.timezone, family.state) == (given_.timezone, given_.state)
    assert (family.parents, family.children) == (given_.parents, given_.children)
    assert (family.school.domains, family.school.contacts) == (given_.domains, given_.contacts)
    assert (config.mailboxes, config.calendar, config.drafts) == (
        given_.mailboxes,
        given_.calendar,
        given_.drafts,
    )
    assert config.sending.delay_minutes == 2
