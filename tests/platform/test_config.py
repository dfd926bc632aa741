from __future__ import annotations

from pathlib import Path

import pytest

from cardwright_platform.config import Config, ConfigError, read_config, settings


def write(folder: Path, text: str) -> Path:
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    config = read_config(tmp_path, {})
    assert config.store_url == f"sqlite:///{tmp_path}/var/cardwright.sqlite"
    assert config.address == "http://127.0.0.1:8000"
    assert config.packs == ("base", "crm", "sales")
    assert config.worker == "embedded"


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    write(tmp_path, "port: 9000\nlanguage: en\npacks: [base]\n")
    config = read_config(tmp_path, {"CARDWRIGHT_PORT": "9001", "CARDWRIGHT_PACKS": "base, crm,x"})
    assert config.port == 9001
    assert config.language == "en"
    assert config.packs == ("base", "crm", "x")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "prot: 1\nport: high\nworker: celery\nzone: Mars/Olympus\ndemo: 'yes'\n")
    with pytest.raises(ConfigError) as wrong:
        read_config(tmp_path, {})
    assert wrong.value.reasons == (
        "config.yaml: there is no setting 'prot'",
        "demo: write true or false",
        "port: write a whole number",
        "worker: choose one of embedded, rq",
        "zone: 'Mars/Olympus' is no time zone",
    )


@pytest.mark.parametrize(
    "text",
    ["- a list", "just text", "port: 1\nport: [", "? {a: b}\n: c", "port: 99999", "a: !!x 1"],
)
def test_what_is_no_configuration_is_refused_in_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        read_config(write(tmp_path, text), {})


@pytest.mark.parametrize(
    "url", ["crm.example.com", "ftp://x", "https://a/b", "https://a?b", "javascript:alert(1)"]
)
def test_a_base_url_is_a_scheme_and_a_host(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError):
        read_config(tmp_path, {"CARDWRIGHT_BASE_URL": url})


def test_every_setting_says_what_it_means() -> None:
    for name, _, meaning in settings():
        assert meaning.endswith("."), name
        assert len(meaning) > 20, name


def test_a_configuration_cannot_be_changed_afterwards() -> None:
    with pytest.raises(AttributeError):
        Config().port = 1  # type: ignore[misc] # that it is refused is the point


def test_options_of_a_connector_are_a_map_or_json(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "sms_connector: http\nsms_options: {url: 'https://a.example', json: {to: '{number}'}}\n",
        encoding="utf-8",
    )
    wanted = {"url": "https://a.example", "json": {"to": "{number}"}}
    assert read_config(tmp_path, {}).sms_options == wanted
    told = {"CARDWRIGHT_SMS_OPTIONS": '{"url": "b"}', "CARDWRIGHT_SMS_SECRET": "s"}
    over = read_config(tmp_path, told)
    assert (over.sms_options, over.sms_secret) == ({"url": "b"}, "s")
    assert "sms_secret" not in repr(over)
    for wrong in ("[1]", "{", "a"):
        with pytest.raises(ConfigError, match="sms_options"):
            read_config(tmp_path, {"CARDWRIGHT_SMS_OPTIONS": wrong})


def test_secrets_do_not_stand_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("sms_secret: s\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="CARDWRIGHT_SMS_SECRET"):
        read_config(tmp_path, {})


def test_limits_and_countries_of_short_messages_are_checked(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read_config(tmp_path, {"CARDWRIGHT_SMS_COUNTRIES": "+86", "CARDWRIGHT_SMS_PER_DAY": "0"})
    assert [each.split(":")[0] for each in refused.value.reasons] == ["sms_countries"]


def test_what_nobody_can_say_to_a_mailbox_is_refused(tmp_path: Path) -> None:
    wrong = {"INBOX_HOST": "imap.example.com", "INBOX_FOLDER": 'a"b', "INBOX_PASSWORD": "密码\r\n"}
    with pytest.raises(ConfigError) as refused:
        read_config(tmp_path, {f"CARDWRIGHT_{name}": value for name, value in wrong.items()})
    names = [each.split(":")[0] for each in refused.value.reasons]
    assert names == ["inbox_folder", "inbox_password", "inbox_user"]
    right = {"CARDWRIGHT_INBOX_PASSWORD": "s", "CARDWRIGHT_INBOX_FOLDER": "INBOX/Orders 1"}
    assert "inbox_password" not in repr(read_config(tmp_path, right))
