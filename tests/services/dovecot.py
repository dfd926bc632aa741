"""A throw-away Dovecot that listens on loopback, by TLS only, and lets one account in."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
from pathlib import Path

from services.children import as_account, free_port, is_root, start, stop
from services.in_memory import throw_away_folder
from services.missing import give_up

PACKAGES = "dovecot-imapd"
ACCOUNT = ("orders", "p ass word")

_SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
default_internal_user = {account}
default_internal_group = {group}
default_login_user = {account}
default_vsz_limit = 0
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
ssl = required
ssl_cert = <{certificate}
ssl_key = <{certificate}
passdb {{
  driver = passwd-file
  args = {folder}/people
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/%u
}}
mail_location = maildir:{folder}/%u/mail
first_valid_uid = 1
"""


class DovecotServer:
    """One server, with a certificate that its caller has made."""

    def __init__(self, certificate: Path) -> None:
        binary = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
        if binary is None:
            give_up("Dovecot", PACKAGES)
        # It wants no rights; as root it would not read mails.
        account = "mail" if is_root() else None
        person = pwd.getpwnam(account) if account else pwd.getpwuid(os.getuid())
        self._folder = throw_away_folder("dovecot")
        self.port = free_port()
        shown = self._folder / "server.pem"
        shown.write_bytes(certificate.read_bytes())
        (self._folder / "people").write_text(f"{ACCOUNT[0]}:{{PLAIN}}{ACCOUNT[1]}\n")
        settings = self._folder / "dovecot.conf"
        settings.write_text(
            _SETTINGS.format(
                folder=self._folder,
                account=person.pw_name,
                group=grp.getgrgid(person.pw_gid).gr_name,
                uid=person.pw_uid,
                gid=person.pw_gid,
                port=self.port,
                certificate=shown,
            )
        )
        if account:
            for each in (self._folder, *self._folder.iterdir()):
                os.chown(each, person.pw_uid, person.pw_gid)
        command = as_account(account, [binary, "-F", "-c", str(settings)], dies_by="TERM")
        self._server = start(command, self._folder / "log", self._answers)

    def mailbox(self, authority: Path) -> imaplib.IMAP4_SSL:
        """Open the mailbox as any mail program does."""
        context = ssl.create_default_context(cafile=str(authority))
        opened = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context)
        opened.login(ACCOUNT[0], ACCOUNT[1])
        opened.select("INBOX")
        return opened

    def stop(self) -> None:
        """End the server and remove its folder."""
        stop(self._server)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False
