"""Changing config.toml for the parent: comments stay, and so does the file as it was before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.items import InlineTable

from iep_mail.adapters.config import load_config
from iep_mail.errors import ConfigError
from iep_mail.model import Contact, Mailbox, Server


def change_config(config_path: Path, change: Callable[[TOMLDocument], bool]) -> bool:
    """Applies `change`, which says whether it changed anything. The file as it was stays as
    config.toml.old. False where nothing was changed, or what came out would not load."""
    before = config_path.read_text(encoding="utf-8")
    document = tomlkit.parse(before)
    if not change(document):
        return False
    backup = config_path.with_suffix(".toml.old")
    backup.touch(mode=0o600)
    backup.write_text(before, encoding="utf-8")
    config_path.write_text(tomlkit.dumps(document), encoding="utf-8")
    try:
        load_config(config_path)
    except ConfigError:
        config_path.write_text(before, encoding="utf-8")
        return False
    return True


def add_contact(config_path: Path, contact: Contact) -> bool:
    """Adds a [[school.contacts]]; False where the address is there already."""

    def added(document: TOMLDocument) -> bool:
        school = document.setdefault("school", tomlkit.table())
        known = school.get("contacts")
        if any(str(c.get("address", "")).lower() == contact.address for c in known or ()):
            return False
        entry = tomlkit.table()
        for key in ("name", "role", "address"):
            if value := getattr(contact, key):
                entry.add(key, value)
        if known is None:
            school["contacts"] = tomlkit.aot()
        school["contacts"].append(entry)
        return True

    return change_config(config_path, added)


def remove_contact(config_path: Path, address: str) -> bool:
    """Takes the [[school.contacts]] of this address out; False where there is none."""

    def removed(document: TOMLDocument) -> bool:
        known = document.get("school", {}).get("contacts", [])
        at = next((i for i, c in enumerate(known) if str(c.get("address", "")).lower() == address), None)
        if at is None:
            return False
        del known[at]
        return True

    return change_config(config_path, removed)


def add_mailbox(config_path: Path, mailbox: Mailbox) -> bool:
    """Adds a [[mailboxes]], and its address to the first parent's where it is nobody's yet; False where
    the file would no longer be right."""

    def added(document: TOMLDocument) -> bool:
        entry = tomlkit.table()
        entry.add("address", mailbox.address)
        entry.add("imap", _server(mailbox.imap))
        if mailbox.smtp:
            entry.add("smtp", _server(mailbox.smtp))
        auth = tomlkit.inline_table()
        auth.append("method", mailbox.auth.method)
        for key in ("variable", "provider"):
            if value := getattr(mailbox.auth, key):
                auth.append(key, value)
        entry.add("auth", auth)
        if mailbox.user != mailbox.address:
            entry.add("user", mailbox.user)
        entry.add("folders", "auto")
        if document.get("mailboxes") is None:
            document["mailboxes"] = tomlkit.aot()
        document["mailboxes"].append(entry)
        parents = document.get("parents", [])
        own = {str(a).lower() for p in parents for a in p.get("addresses", [])}
        if parents and mailbox.address.lower() not in own:
            parents[0]["addresses"].append(mailbox.address)
        return True

    return change_config(config_path, added)


def _server(server: Server) -> InlineTable:
    table = tomlkit.inline_table()
    for key, value in (("host", server.host), ("port", server.port), ("security", server.security)):
        table.append(key, value)
    return table


def remove_mailbox(config_path: Path, address: str) -> bool:
    """Takes the [[mailboxes]] of this address out; False where there is none."""

    def removed(document: TOMLDocument) -> bool:
        known = document.get("mailboxes", [])
        at = next(
            (i for i, m in enumerate(known) if str(m.get("address", "")).lower() == address.lower()), None
        )
        if at is None:
            return False
        del known[at]
        return True

    return change_config(config_path, removed)
