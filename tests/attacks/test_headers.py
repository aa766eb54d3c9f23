"""Text of people in headers: names of files, subjects and addresses of letters start no line of their own."""

import io
from email import message_from_bytes, policy

import pytest
from flask import Flask
from pydantic import TypeAdapter, ValidationError

from hub.cli import post
from hub.config import Settings
from hub.inputs import Email
from hub.text.slug import file_name
from tests.actions.test_grants import OWNER
from tests.clients import ClientFor
from tests.conftest import KEY
from tests.web.test_funding import FORM, with_programme

__all__ = ["with_programme"]

NAMES = (
    "a\r\nSet-Cookie: hub=x.pdf",
    "a\nX: y.pdf",
    'a"; filename="b.exe',
    "../../../etc/passwd",
    "..\\..\\boot.ini",
    "C:\\Windows\\x.pdf",
    "rechnung\u202efdp.exe",
    "a\x00.pdf",
    "a%0d%0aX: y.pdf",
    ".htaccess",
    "con.",
    "x" * 5_000 + ".pdf",
    "a;b=c.pdf",
    "größe’s.pdf",
    "\ufeff\u200b.pdf",
    "   ",
    "",
    "a\u2028X: y",
    "\ud7ff\ue000.pdf",
    "<script>alert(1)</script>.svg",
)


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_file_is_made_harmless_when_it_arrives(name: str) -> None:
    kept = file_name(name)
    assert 0 < len(kept) <= 120
    assert kept == file_name(kept)
    assert not set(kept) & set("/\\\r\n\0\u202e\u200b\ufeff")
    assert not kept.startswith(".")


def test_no_name_of_a_file_gets_out_of_its_header(with_programme: Flask, client_for: ClientFor) -> None:
    client = client_for(OWNER)
    client.send("/funding/new", **FORM)
    sent = [name for name in NAMES if name.strip() and not set(name) & set("\r\n")]  # these end the part of a form
    for at, name in enumerate(sent, 1):
        answer = client.send(
            "/funding/gemeinsame-prozesse/documents", title="T", kind="notice", file=(io.BytesIO(b"x"), name)
        )
        assert answer.status_code == 302, name
        got = client.get(f"/funding/gemeinsame-prozesse/documents/{at}")
        told = got.headers["Content-Disposition"]
        assert got.status_code == 200
        assert told.startswith("attachment; filename")
        assert not set(told) & set("\r\n\0/")
        assert "X" not in got.headers
        assert "hub=x" not in got.headers.get("Set-Cookie", "")
        assert got.headers["X-Content-Type-Options"] == "nosniff"


HOSTILE = (
    "Neu\r\nBcc: boese@boese.example",
    "Neu\nX: y\n\nText",
    "a\r\n\r\n<html>",
    "\x00",
    "=?utf-8?q?a=0D=0ABcc:_x?=",
    "x" * 9_000,
)
LINES = {
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Date",
    "Auto-Submitted",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_name_starts_a_header_line_of_its_own_in_a_letter(text: str) -> None:
    settings = Settings("sqlite://", KEY, mail_from="hub@hub.example")
    message = post.message_of(settings, "1", "neu@marburg.example", f"Einladung von {text}", "Guten Tag")
    read = message_from_bytes(message.as_bytes(), policy=policy.default)
    assert set(read.keys()) == LINES
    assert read["To"] == "neu@marburg.example"
    assert read.get_content().strip() == "Guten Tag"


@pytest.mark.parametrize(
    "address", ["=?utf-8?q?boese?=@marburg.example", "=?utf-8?q?a=0D=0ABcc?=@x.example", "a\n@b.example x"]
)
def test_an_address_that_mail_programs_read_otherwise_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Email).validate_python(address)


def test_a_letter_goes_to_nobody_whose_address_holds_another_line() -> None:
    settings = Settings("sqlite://", KEY, mail_from="hub@hub.example")
    with pytest.raises(ValueError, match="linefeed"):
        post.message_of(settings, "1", "neu@marburg.example\r\nBcc: boese@boese.example", "Neu", "Text")
