"""The mail servers that tests of several floors run against."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from home import Home
from servers.box import Box
from servers.cyrus import Cyrus, cyrus
from servers.dovecot import dovecot
from servers.pymap_server import pymap

# A law is not broken because the machine was busy: examples have no time limit of their own. CI tries each
# law on more of them than a contributor waits for.
settings.register_profile("quick", deadline=None, max_examples=20)
settings.register_profile("thorough", deadline=None, max_examples=100)
settings.load_profile("thorough" if os.environ.get("CI") == "true" else "quick")

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def dovecot_port() -> Iterator[int]:
    with dovecot() as (port, _):
        yield port


@pytest.fixture(scope="session")
def cyrus_server() -> Iterator[Cyrus]:
    with cyrus() as server:
        yield server


@pytest.fixture(
    params=[
        pytest.param("dovecot", marks=pytest.mark.servers),
        pytest.param("cyrus", marks=pytest.mark.servers),
        "pymap",
    ]
)
def box(request: pytest.FixtureRequest) -> Iterator[Box]:
    """An empty mailbox of its own on each of the servers."""
    user = f"parent{next(_numbers)}"
    if request.param == "dovecot":
        yield Box("127.0.0.1", request.getfixturevalue("dovecot_port"), user)
    elif request.param == "cyrus":
        server = request.getfixturevalue("cyrus_server")
        server.add_user(user)
        yield Box("127.0.0.1", server.port, user)
    else:
        with pymap(user) as port:
            yield Box("127.0.0.1", port, user)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Home:
    """A parent's computer with a configuration without mailboxes."""
    return Home(tmp_path / "home", monkeypatch, capsys)
