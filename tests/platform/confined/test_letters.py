"""Mails of all sorts are read: their charsets, their pages, and what nobody should write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardwright_platform.confined.letters import read_letter
from cardwright_platform.confined.read_mail import say
from cardwright_platform.confined.running import ConfinedError, Limits

_HEAD = b"From: Ann <ann@example.com>\r\nSubject: =?gb2312?B?sai82w==?=\r\n"


def text_of(content_type: str, body: bytes) -> str:
    raw = _HEAD + f"Content-Type: {content_type}\r\n\r\n".encode() + body
    return read_letter(raw, "here").text


def test_a_letter_says_who_wrote_it_and_what() -> None:
    found = read_letter(_HEAD + b"To: a@example.com, b@example.com\r\n\r\nhello\r\n", "here")
    assert (found.sender, found.to) == ("ann@example.com", "a@example.com, b@example.com")
    assert (found.subject, found.text) == ("报价", "hello")


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "gb18030", "utf-8"])
def test_chinese_is_read_in_each_charset_that_mails_use(charset: str) -> None:
    written = "镕基".encode("gb18030" if charset == "gb2312" else charset)
    assert text_of(f"text/plain; charset={charset}", written) == "镕基"


def test_of_a_page_the_words_are_read_that_people_see() -> None:
    page = b"<head><title>t</title></head><style>p{}</style><p>one <b>two</b></p><p>3 &lt; 4<br>5"
    assert text_of("text/html; charset=utf-8", page) == "one two\n3 < 4\n5"


def test_text_is_cut_and_holds_no_signs_that_control() -> None:
    assert text_of("text/plain; charset=utf-8", b"a\x00\x1bb\r\nc" + b"x" * 30_000)[:5] == "ab\ncx"
    assert len(text_of("text/plain", b"x" * 30_000)) == 20_000


def test_the_same_mail_has_the_same_key_and_one_without_id_that_of_its_place() -> None:
    def key(raw: bytes, place: str = "1") -> str:
        return read_letter(raw, place).key

    named = b"Message-ID: <a>\r\n" + _HEAD + b"\r\nx"
    assert key(named) == key(b"Received: by b\r\n" + named, "2")
    assert key(named) != key(named + b"y")
    assert key(_HEAD + b"\r\nx", "1") != key(_HEAD + b"\r\nx", "2")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (b"To: " + b"(" * 50_000, "file_unreadable"),
        (b"Content-Type: text/plain; charset=no-such", "file_unreadable"),
        (b"Subject: " + b"=?utf-8?q?a?= " * 100_000, "file_too_large"),
    ],
)
def test_a_mail_that_is_written_to_do_harm_is_refused_in_time(header: bytes, code: str) -> None:
    with pytest.raises(ConfinedError) as refused:
        read_letter(b"From: a@example.com\r\n" + header + b"\r\n\r\nx", "here", Limits(cpu=1))
    assert refused.value.message.code == code


def test_a_mail_of_nobody_is_refused() -> None:
    with pytest.raises(ConfinedError) as refused:
        read_letter(b"Subject: x\r\n\r\nx", "here")
    assert refused.value.message.code == "mail_no_sender"


@given(st.binary(max_size=400))
def test_what_is_read_fits_a_field_whatever_came_in(noise: bytes) -> None:
    raw = b"From: a@example.com\r\nSubject: " + noise.replace(b"\n", b"") + b"\r\n\r\n" + noise
    found = say(raw, "here")
    assert len(found["subject"]) <= 255
    for each in (found["sender"], found["to"], found["subject"], found["text"]):
        each.encode()
        assert "\0" not in each
