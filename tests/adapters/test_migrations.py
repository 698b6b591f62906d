from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from iep_mail.adapters.migrations import MIGRATIONS, Migration, migrate, schema_version
from iep_mail.adapters.sqlite_file import connect
from iep_mail.adapters.store import STORE_NAME, Store
from iep_mail.errors import NewerStore, StoreError

ONE = Migration("one", ("CREATE TABLE a (x) ", "INSERT INTO a VALUES (1)"))
TWO = Migration("two", ("CREATE TABLE b (x)",))
BROKEN = Migration("broken", ("CREATE TABLE c (x)", "INSERT INTO nowhere VALUES (1)"))


def test_steps_run_in_order_and_once(tmp_path: Path):
    path = tmp_path / "s.sqlite3"
    db = connect(path)
    migrate(db, path, (ONE,))
    migrate(db, path, (ONE, TWO))
    migrate(db, path, (ONE, TWO))
    assert schema_version(db) == 2
    assert db.execute("SELECT count(*) FROM a").fetchone() == (1,)
    db.close()


def test_a_failing_step_leaves_the_step_before(tmp_path: Path):
    path = tmp_path / "s.sqlite3"
    db = connect(path)
    with pytest.raises(StoreError):
        migrate(db, path, (ONE, BROKEN))
    assert schema_version(db) == 1
    assert db.execute("SELECT name FROM sqlite_schema").fetchall() == [("a",)]
    db.close()


def test_a_newer_store_is_refused(tmp_path: Path):
    Store.open(tmp_path).close()
    db = sqlite3.connect(tmp_path / STORE_NAME)
    db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    with pytest.raises(NewerStore, match="newer iep-mail"):
        Store.open(tmp_path)


def test_every_step_has_a_name_of_its_own():
    assert len({m.name for m in MIGRATIONS}) == len(MIGRATIONS)
