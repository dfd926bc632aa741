"""Every setting of an installation: its name, its default, its meaning; read once at the start."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints
from zoneinfo import available_timezones

import yaml

#: Environment variables are these letters and the setting's name in capitals.
PREFIX = "CARDWRIGHT_"
FILE = "config.yaml"

#: Settings that are read from the environment alone.
_SECRETS = frozenset(
    {"inbox_password", "mail_password", "notice_secrets", "sign_in_secrets", "sms_secret"}
)

LanguageName = Literal["zh", "en"]
WorkerKind = Literal["embedded", "rq"]
MailSecurity = Literal["starttls", "tls", "none"]
Synchronous = Literal["normal", "full"]


class ConfigError(Exception):
    """The configuration cannot be used; holds every reason, a sentence each."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(reasons))


def _setting(default: object, meaning: str) -> Any:  # noqa: ANN401 - stands for any field
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Config:
    """One installation's choices; a key of config.yaml or a variable CARDWRIGHT_… each."""

    root: Path = Path()  #: where config.yaml is; paths in it start here
    name: str = _setting("", "Name of the company, shown in the frame of every page.")
    folder: Path = _setting(Path("var"), "Where the installation keeps what it makes.")
    backup_folder: str = _setting(
        "", "Where backups made on screen or by the clock go; empty is backups in the folder."
    )
    database_url: str = _setting(
        "", "SQLAlchemy URL of the database; empty is a SQLite file in the folder."
    )
    database_pool: int = _setting(10, "Connections that one process keeps at most.")
    statement_seconds: int = _setting(10, "A statement that takes longer is ended.")
    synchronous: Synchronous = _setting(
        "normal", "SQLite only: full waits for the disk at each commit."
    )
    packs: tuple[str, ...] = _setting(
        ("base", "crm", "sales"),
        "Packs in their order: names of bundled ones, or paths of folders.",
    )
    pack_keys: tuple[str, ...] = _setting(
        (), "Public keys whose packs may be installed, see `cardwright pack keys`."
    )
    unsigned_packs: bool = _setting(
        False, "Packs that no known key has signed may be installed too; for trying things out."
    )
    plugins: tuple[str, ...] = _setting((), "Names of plugins whose Python may run here.")
    outbound_networks: tuple[str, ...] = _setting(
        (), "Networks beside the public internet that webhooks may call, such as 10.1.0.0/16."
    )
    mail_host: str = _setting("", "Server that mails are given to; without one they wait.")
    mail_port: int = _setting(587, "Port of the mail server, such as 587 or 465.")
    mail_security: MailSecurity = _setting(
        "starttls", "starttls, tls from the first byte, or none inside a network that is trusted."
    )
    mail_from: str = _setting("", "Address that mails come from, such as crm@example.com.")
    mail_user: str = _setting("", "Who signs in to the server; empty for nobody.")
    mail_password: str = field(
        default="",
        repr=False,
        metadata={"meaning": "His password; only as CARDWRIGHT_MAIL_PASSWORD, never in the file."},
    )
    inbox_host: str = _setting(
        "", "Server of the mailbox whose mails set off rules; IMAP over TLS."
    )
    inbox_port: int = _setting(993, "Port of that server, TLS from the first byte.")
    inbox_user: str = _setting("", "Who signs in to the mailbox.")
    inbox_password: str = field(
        default="",
        repr=False,
        metadata={"meaning": "His password; only as CARDWRIGHT_INBOX_PASSWORD, never in the file."},
    )
    inbox_folder: str = _setting("INBOX", "Folder that is read, best of a mailbox of its own.")
    sms_connector: str = _setting(
        "", "What sends short messages: http, or one of a plugin; without one they wait."
    )
    sms_options: Mapping[str, object] = field(
        default_factory=dict,
        metadata={"meaning": "What that connector needs, see docs/messages.md."},
    )
    sms_secret: str = field(
        default="",
        repr=False,
        metadata={"meaning": "Its secret; only as CARDWRIGHT_SMS_SECRET, never in the file."},
    )
    sms_countries: tuple[str, ...] = _setting(
        ("86",), "Countries whose numbers short messages go to, as they are dialled."
    )
    sms_per_day: int = _setting(1000, "Short messages a day at most; the others wait for the next.")
    sms_per_number: int = _setting(10, "Short messages a day to one number at most.")
    notice_channels: Mapping[str, object] = field(
        default_factory=dict,
        metadata={"meaning": "Ways by which people are told outside, see docs/messages.md."},
    )
    notice_secrets: Mapping[str, object] = field(
        default_factory=dict,
        repr=False,
        metadata={
            "meaning": "Their secrets by name, as JSON; only as CARDWRIGHT_NOTICE_SECRETS, "
            "never in the file."
        },
    )
    host: str = _setting("127.0.0.1", "Address on which the server listens.")
    port: int = _setting(8000, "Port on which the server listens.")
    base_url: str = _setting(
        "", "Address under which people reach it, such as https://crm.example.com."
    )
    trusted_hosts: tuple[str, ...] = _setting(
        (), "Host names that requests may carry; empty are loopback and the base_url's."
    )
    trusted_proxies: int = _setting(0, "Proxies in front whose X-Forwarded headers are believed.")
    processes: int = _setting(1, "Processes that answer requests; more than one for a server.")
    threads: int = _setting(8, "Threads that answer requests in each process.")
    language: LanguageName = _setting("zh", "Language of those who chose none.")
    languages: tuple[str, ...] = _setting(("zh", "en"), "Languages that people may choose.")
    zone: str = _setting("Asia/Shanghai", "Time zone of those who chose none.")
    theme: str = _setting("standard", "Theme of those who chose none.")
    worker: WorkerKind = _setting(
        "embedded", "embedded: a thread of the server runs jobs; rq: workers woken by Redis."
    )
    redis_url: str = _setting("redis://127.0.0.1:6379/0", "Redis, for worker: rq only.")
    upload_megabytes: int = _setting(50, "The largest file, and the largest request.")
    sign_in_providers: Mapping[str, object] = field(
        default_factory=dict,
        metadata={"meaning": "Where people may sign in elsewhere, see docs/accounts.md."},
    )
    sign_in_secrets: Mapping[str, object] = field(
        default_factory=dict,
        repr=False,
        metadata={
            "meaning": "Their secrets by name, as JSON; only as CARDWRIGHT_SIGN_IN_SECRETS, "
            "never in the file."
        },
    )
    password_length: int = _setting(12, "The shortest password that is taken.")
    password_days: int = _setting(
        0, "After so many days a new password is asked for at signing in; 0 never."
    )
    lock_tries: int = _setting(10, "Wrong passwords for one login that are taken in a row.")
    lock_minutes: int = _setting(10, "How long after them no other is looked at.")
    token_requests: int = _setting(
        30_000, "Requests that one token may send in ten minutes; 0 for as many as it likes."
    )
    session_idle_hours: int = _setting(8, "A session that nobody uses ends after so long.")
    session_days: int = _setting(7, "How long somebody may stay signed in on a device.")
    link_minutes: int = _setting(30, "How long a one-time link works.")
    invitation_days: int = _setting(7, "How long an invitation works.")
    audit_months: int = _setting(24, "How long the audit log is kept; at least 6, 0 for ever.")
    watermark: bool = _setting(False, "Pages and prints carry their reader's name and the time.")
    demo: bool = _setting(False, "Make a demo company and let its users in by a click, here only.")

    develop: bool = False  #: definitions are being written: open pages reload after each apply

    @property
    def store_url(self) -> str:
        """Return the database's URL with its default filled in."""
        return self.database_url or f"sqlite:///{self.folder.absolute() / 'cardwright.sqlite'}"

    @property
    def files_folder(self) -> Path:
        """Return where uploaded files are kept, by their content."""
        return self.folder / "files"

    @property
    def backups(self) -> Path:
        """Return where backups are kept that were made on screen or by the clock."""
        if self.backup_folder:
            return self.root / Path(self.backup_folder).expanduser()
        return self.folder / "backups"

    @property
    def key_file(self) -> Path:
        """Return where the installation's secret key is kept."""
        return self.folder / "secret.key"

    @property
    def address(self) -> str:
        """Return the address that links are made with, without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.base_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def reload_url(self) -> str:
        """Return where open pages ask whether definitions changed; empty in real life."""
        return "/reload" if self.develop else ""

    @property
    def is_https(self) -> bool:
        """Tell whether people reach the installation by TLS."""
        return self.address.startswith("https://")


def settings() -> tuple[tuple[str, object, str], ...]:
    """List name, default and meaning of every setting, for the reference."""
    return tuple((each.name, _default(each), each.metadata["meaning"]) for each in _settings())


def read_config(folder: Path, environment: Mapping[str, str]) -> Config:
    """Read config.yaml of a folder, and the environment over it; raise ConfigError.

    A relative path in the file or the environment starts at the folder.
    """
    given: dict[str, object] = dict(_read_file(folder / FILE))
    known = {each.name for each in _settings()}
    given |= {
        name: environment[variable]
        for name in known
        if (variable := PREFIX + name.upper()) in environment
    }
    for name in sorted(_SECRETS & set(_read_file(folder / FILE))):
        raise ConfigError([f"{FILE}: {name} stands in {PREFIX}{name.upper()}, not here"])
    reasons = [f"{FILE}: there is no setting '{name}'" for name in given if name not in known]
    values: dict[str, Any] = {}
    hints = get_type_hints(Config)
    for name in known & set(given):
        try:
            values[name] = _convert(given[name], hints[name])
        except ValueError as error:
            reasons.append(f"{name}: {error}")
    values["root"] = folder
    values["folder"] = folder / values.get("folder", Config.folder)
    config = Config(**values)
    reasons += _contradictions(config)
    if reasons:
        raise ConfigError(sorted(reasons))
    return config


def _read_file(path: Path) -> Mapping[str, object]:
    if not path.exists():
        return {}
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: {error}"]) from error
    if document is None:
        return {}
    if not isinstance(document, dict) or not all(isinstance(key, str) for key in document):
        raise ConfigError([f"{path}: write one 'setting: value' a line"])
    return cast(dict[str, object], document)


def _convert(value: object, wanted: Any) -> object:  # noqa: ANN401 - a type or a Literal
    if wanted is bool:
        return _boolean(value)
    if wanted is int:
        return _integer(value)
    if wanted == tuple[str, ...]:
        return _texts(value)
    if get_origin(wanted) is Mapping:
        return _options(value)
    if not isinstance(value, str):
        raise ValueError("write a text")
    if wanted is Path:
        return Path(value).expanduser()
    choices = get_args(wanted)
    if choices and value not in choices:
        raise ValueError(f"choose one of {', '.join(choices)}")
    return value


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "1"):
        return True
    if value in ("false", "0", ""):
        return False
    raise ValueError("write true or false")


def _integer(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    raise ValueError("write a whole number")


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ValueError("write a list of texts")


def _options(value: object) -> Mapping[str, object]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise ValueError("write JSON") from error
    if isinstance(value, dict) and all(isinstance(each, str) for each in value):
        return value
    raise ValueError("write one 'option: value' a line")


def _contradictions(config: Config) -> list[str]:
    reasons = []
    if not 0 < config.port < 65536:
        reasons.append("port: choose between 1 and 65535")
    for name in ("processes", "threads", "database_pool", "statement_seconds", "upload_megabytes"):
        if getattr(config, name) < 1:
            reasons.append(f"{name}: at least 1")
    if config.audit_months != 0 and config.audit_months < 6:
        reasons.append("audit_months: at least 6, or 0 to keep all")
    if config.zone not in available_timezones():
        reasons.append(f"zone: '{config.zone}' is no time zone")
    unknown = set(config.languages) - set(get_args(LanguageName))
    if unknown:
        reasons.append(f"languages: '{', '.join(sorted(unknown))}' has no words here")
    if config.base_url and not re.fullmatch(r"https?://[^\s/?#]+/?", config.base_url):
        reasons.append("base_url: write https:// and the host, nothing behind it")
    further = (_contradictions_of_accounts, _contradictions_outside, _contradictions_inbox)
    return [*reasons, *(each for look in further for each in look(config))]


def _contradictions_of_accounts(config: Config) -> list[str]:
    """Return what cannot be meant about who signs in, and how."""
    reasons = []
    if config.password_length < 8:
        reasons.append("password_length: at least 8")
    for name, least, most in (
        ("invitation_days", 1, 90),
        ("password_days", 0, 3650),
        ("lock_tries", 3, 1000),
        ("lock_minutes", 1, 1440),
        ("token_requests", 0, 10_000_000),
    ):
        if not least <= getattr(config, name) <= most:
            reasons.append(f"{name}: between {least} and {most}")
    return reasons


def _contradictions_outside(config: Config) -> list[str]:
    """Return what cannot be meant about mails and short messages."""
    reasons = []
    if config.mail_host and "@" not in config.mail_from:
        reasons.append("mail_from: an address that mails come from, such as crm@example.com")
    if config.mail_user and config.mail_security == "none":
        reasons.append("mail_security: nobody signs in without TLS")
    if not (config.mail_user + config.mail_password).isascii():
        reasons.append("mail_user, mail_password: letters and signs that SMTP can say (ASCII)")
    for name in ("sms_per_day", "sms_per_number"):
        if getattr(config, name) < 0:
            reasons.append(f"{name}: at least 0")
    if not all(re.fullmatch("[1-9][0-9]{0,3}", each) for each in config.sms_countries):
        reasons.append("sms_countries: digits as they are dialled, such as 86")
    return reasons


def _contradictions_inbox(config: Config) -> list[str]:
    """Return what cannot be meant about the mailbox."""
    reasons = []
    if config.inbox_host and not config.inbox_user:
        reasons.append("inbox_user: who signs in to the mailbox")
    for name in ("inbox_user", "inbox_folder"):
        if not re.fullmatch(r"[ !#-\[\]-~]*", getattr(config, name)):
            reasons.append(f'{name}: letters and signs of ASCII without " and \\')
    if not re.fullmatch("[ -~]*", config.inbox_password):
        reasons.append("inbox_password: letters and signs of ASCII")
    return reasons


def _settings() -> list[Field[Any]]:
    return [each for each in fields(Config) if "meaning" in each.metadata]


def _default(setting: Field[Any]) -> object:
    return None if setting.default is MISSING else setting.default
