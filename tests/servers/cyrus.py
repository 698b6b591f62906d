"""Cyrus under one scratch folder, as the `cyrus` user; users are made by `add_user`."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from imapclient import IMAPClient

from servers.box import unavailable
from servers.ports import free_port, wait_for_greeting

_PLACES = ("/usr/lib/cyrus/bin", "/usr/libexec/cyrus-imapd", "/usr/cyrus/bin", "/usr/sbin")
_SETTINGS = """
configdirectory: {root}/lib
cyrus_user: {user}
defaultpartition: default
partition-default: {root}/spool
proc_path: {root}/proc
mboxname_lockpath: {root}/lock
admins: admin
allowplaintext: yes
sasl_mech_list: PLAIN
sasl_pwcheck_method: alwaystrue
unixhierarchysep: yes
altnamespace: yes
virtdomains: no
syslog_prefix: iep-cyrus
"""
_SERVICES = """
START {{
  recover cmd="{bin}/ctl_cyrusdb -C {root}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{bin}/imapd -C {root}/imapd.conf -U 30" listen="127.0.0.1:{port}" prefork=1 proto="tcp4"
}}
EVENTS {{
}}
"""


@dataclass(frozen=True)
class Cyrus:
    port: int

    def add_user(self, user: str) -> None:
        client = IMAPClient("127.0.0.1", self.port, ssl=False)
        client.login("admin", "secret")
        client.create_folder(f"user/{user}")
        client.logout()


def _programs() -> tuple[Path, str]:
    override = os.environ.get("IEP_MAIL_CYRUS_BIN")
    for place in [override] if override else _PLACES:
        master = shutil.which("master", path=place) or shutil.which("cyrmaster", path=f"{place}:/usr/sbin")
        if master and (Path(place) / "imapd").exists():
            return Path(place), master
    unavailable("Cyrus is not installed (Debian: cyrus-imapd, or .ci/run, which unpacks it beside Dovecot)")
    raise AssertionError


def _account() -> tuple[int, int]:
    if os.geteuid() != 0:
        return os.getuid(), os.getgid()
    for name in ("cyrus", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise RuntimeError("no user to run Cyrus as")


@contextmanager
def cyrus() -> Iterator[Cyrus]:
    """Runs the server; any password is taken."""
    programs, master = _programs()
    uid, gid = _account()
    with TemporaryDirectory(prefix="iep-cyrus-") as scratch:
        root, port = Path(scratch), free_port()
        for name in ("lib", "lib/db", "lib/socket", "lib/sync", "spool", "proc", "lock"):
            (root / name).mkdir(exist_ok=True)
        (root / "imapd.conf").write_text(_SETTINGS.format(root=root, user=pwd.getpwuid(uid).pw_name))
        (root / "cyrus.conf").write_text(_SERVICES.format(root=root, bin=programs, port=port))
        command = [
            master,
            "-C",
            str(root / "imapd.conf"),
            "-M",
            str(root / "cyrus.conf"),
            "-p",
            str(root / "pid"),
        ]
        if os.geteuid() == 0:
            for path in (root, *root.rglob("*")):
                os.chown(path, uid, gid)
            command = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *command]
        # At its end master signals its whole process group: in a group of its own it ends no other Cyrus.
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            wait_for_greeting(port)
            yield Cyrus(port)
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()
