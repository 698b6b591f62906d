"""What a run that was stopped left lying about is gone after the next night."""

from __future__ import annotations

from home import Home


def test_a_night_removes_what_a_stopped_run_left(home: Home) -> None:
    home.import_story()
    copies = [home.data / place for place in (
        "scratch/iep-mail.sqlite3", "backups/iep-mail-2026-02-08.partial", "digests/2026-02-08.txt.part",
    )]  # fmt: skip
    for copy in copies:
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(b"the child's records")
    assert home.run("nightly").code == 10
    assert not any(copy.exists() for copy in copies)


def test_an_encrypted_backup_leaves_nothing_readable_beside_it(home: Home, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    home.import_story()
    monkeypatch.setattr("click.prompt", lambda *a, **k: "five words are long enough")
    seen: list[str] = []
    stick = home.folder / "stick"

    def encrypt(raw: bytes, passphrase: str) -> bytes:
        seen.extend(path.name for path in stick.rglob("*"))
        return b"age-encryption.org/"

    monkeypatch.setattr("pyrage.passphrase.encrypt", encrypt)
    stick.mkdir()
    assert home.run("backup", str(stick / "b.age"), "--passphrase").code == 0
    assert seen == []
    assert [path.name for path in stick.iterdir()] == ["b.age"]
    assert not (home.data / "scratch").exists()
