"""Dovecot under one scratch folder; any user name, password `secret`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from servers.box import unavailable
from servers.ports import free_port, wait_for_greeting, wait_for_port

_CONFIG = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/dovecot.log
protocols = imap
listen = 127.0.0.1
disable_plaintext_auth = no
auth_mechanisms = plain login{mechanisms}
auth_failure_delay = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:~/Maildir
mail_max_userip_connections = 50
{tls}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {plain_port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
{oauth}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = subscribe
  }}
  mailbox Drafts {{
    special_use = \\Drafts
    auto = subscribe
  }}
  mailbox Unwanted {{
    special_use = \\Junk
    auto = subscribe
  }}
}}
"""
_OAUTH_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {path}
}}
"""
_OAUTH = """
introspection_mode = get
introspection_url = http://127.0.0.1:{port}/introspect?token=
username_attribute = username
active_attribute = active
active_value = true
"""


def _program() -> str:
    found = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if not found:
        unavailable("Dovecot is not installed (Debian: dovecot-imapd)")
    return str(found)


def _identity() -> tuple[str, str, int, int]:
    import grp
    import pwd

    if os.geteuid() == 0:
        return "nobody", "nogroup", 65534, 65534
    uid, gid = os.getuid(), os.getgid()
    return pwd.getpwuid(uid).pw_name, grp.getgrgid(gid).gr_name, uid, gid


@contextmanager
def dovecot(certificate: Path | None = None, oauth_port: int = 0) -> Iterator[tuple[int, int]]:
    """Runs the server; yields its plain port and its TLS port (0 without a certificate).

    With `oauth_port` it also takes tokens, which it asks the authorisation server on that port about.

    With a certificate the plain port offers STARTTLS and takes no password before it.
    """
    program = _program()
    user, group, uid, gid = _identity()
    with TemporaryDirectory(prefix="iep-dovecot-") as scratch:
        root = Path(scratch)
        plain_port, tls_port = free_port(), free_port() if certificate else 0
        tls = "ssl = no"
        if certificate:
            pem = root / "server.pem"
            pem.write_bytes(certificate.read_bytes())
            tls = f"ssl = required\nssl_cert = <{pem}\nssl_key = <{pem}"
        (root / "mail").mkdir()
        oauth = root / "oauth2.conf"
        oauth.write_text(_OAUTH.format(port=oauth_port))
        text = _CONFIG.format(
            root=root,
            user=user,
            group=group,
            uid=uid,
            gid=gid,
            tls=tls,
            plain_port=plain_port,
            mechanisms=" xoauth2 oauthbearer" if oauth_port else "",
            oauth=_OAUTH_PASSDB.format(path=oauth) if oauth_port else "",
            tls_port=tls_port,
        )
        (root / "dovecot.conf").write_text(text)
        command = [program, "-F", "-c", str(root / "dovecot.conf")]
        if os.geteuid() == 0:
            for path in (root, *root.iterdir()):
                os.chown(path, uid, gid)
            command = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *command]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for_greeting(plain_port)
            if tls_port:
                wait_for_port(tls_port)
            yield plain_port, tls_port
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()
            time.sleep(0.05)
