from __future__ import annotations

import time
from email.message import EmailMessage

import pytest

from orchestrator.documents.errors import DocumentError
from orchestrator.documents.parse import parse
from tests.unit.documents.files import mail, pdf


def test_head_and_words_of_a_mail_are_read() -> None:
    document = parse(mail("Zahlung für März", "Guten Tag, ich habe eine Frage zur Rechnung.").as_bytes(), "m.eml")
    assert document.mail is not None
    assert document.mail.as_json() == {
        "from": "ann@example.com",
        "from_name": "Ann Lee",
        "to": ["desk@example.com", "bob@example.com"],
        "subject": "Zahlung für März",
        "date": "2026-03-02T09:30:00+01:00",
    }
    assert document.text == "Guten Tag, ich habe eine Frage zur Rechnung."
    assert (document.title, document.language) == ("Zahlung für März", "de")


def test_plain_words_win_over_html_and_tables_come_from_html() -> None:
    message = mail(text="Plain words")
    message.add_alternative("<p>Rich words</p><table><tr><td>a</td><td>b</td></tr></table>", subtype="html")
    document = parse(message.as_bytes(), "m.eml")
    assert document.text == "Plain words"
    assert [table.rows for table in document.tables] == [[["a", "b"]]]
    assert document.attachments == []


def test_a_mail_of_html_only_becomes_words() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "Hi"
    message.set_content("<html><body><p>Dear&nbsp;team,</p><script>x()</script></body></html>", subtype="html")
    assert parse(message.as_bytes(), "m.eml").text == "Dear team,"


def test_attachments_are_read_and_mails_inside_are_opened() -> None:
    inner = mail("Inner", "The forwarded words are here.")
    inner.add_attachment(pdf("Invoice 7"), maintype="application", subtype="pdf", filename="../../invoice.pdf")
    outer = mail("Outer")
    outer.add_attachment(inner)
    outer.add_attachment(b"PK\x03\x04zip", maintype="application", subtype="zip", filename="all.zip")
    document = parse(outer.as_bytes(), "m.eml")
    assert [(one.name, one.media_type, one.text) for one in document.attachments] == [
        ("Inner.eml", "message/rfc822", "The forwarded words are here."),
        ("invoice.pdf", "application/pdf", "Invoice 7"),
        ("all.zip", "application/zip", ""),
    ]
    assert document.attachments[1].data == pdf("Invoice 7") or document.attachments[1].data.startswith(b"%PDF-")
    assert document.warnings == ["all.zip: This is an Office file or an archive, which cannot be read."]


def test_mails_are_opened_three_deep_and_no_further() -> None:
    message = mail("level 5")
    for level in range(4, 0, -1):
        outer = mail(f"level {level}")
        outer.add_attachment(message)
        message = outer
    document = parse(message.as_bytes(), "m.eml")
    assert [one.name for one in document.attachments] == ["level 2.eml", "level 3.eml", "level 4.eml"]


def test_at_most_twenty_attachments_are_read() -> None:
    message = mail()
    for number in range(25):
        message.add_attachment(f"text {number}", filename=f"{number}.txt")
    document = parse(message.as_bytes(), "m.eml")
    assert len(document.attachments) == 20
    assert document.warnings == ["Only 20 attachments were read."]


def test_a_mail_of_ten_thousand_parts_is_bounded() -> None:
    head = "From: a@example.com\nTo: b@example.com\nSubject: x\nContent-Type: multipart/mixed; boundary=B\n\n"
    data = head + "".join(f"--B\nContent-Type: text/plain\n\npart {number}\n" for number in range(10_000)) + "--B--\n"
    started = time.monotonic()
    document = parse(data.encode(), "bomb.eml")
    assert "too many parts" in document.warnings[0]
    assert "part 9999" not in document.text
    assert time.monotonic() - started < 20


def test_a_mail_of_endless_layers_is_refused() -> None:
    layers = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(5_000))
    with pytest.raises(DocumentError, match="too many layers"):
        parse(f"From: a@example.com\nTo: b@example.com\nSubject: x\n{layers}end".encode(), "bomb.eml")


def test_endless_headers_do_not_hold_up_the_reader() -> None:
    people = ", ".join(f"Person {number} <p{number}@example.com>" for number in range(100_000))
    data = f"From: a@example.com\nTo: {people}\nSubject: {'x' * 1_000_000}\n\nWords of the mail\n".encode()
    started = time.monotonic()
    document = parse(data, "m.eml")
    assert document.mail is not None
    assert 0 < len(document.mail.to) <= 200
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "head",
    [
        b"From: =?utf-8?b?broken",
        b"Content-Type: multipart/mixed",
        b"Content-Type: text/plain; charset=no-such",
        b"Content-Transfer-Encoding: base64",
        b"Date: yesterday",
        b"To: <<<>>>,;:",
    ],
)
def test_a_mail_with_a_broken_header_is_still_read(head: bytes) -> None:
    data = b"From: a@example.com\nTo: b@example.com\nSubject: x\n" + head + b"\n\nThe words of this mail\n"
    assert parse(data, "m.eml").media_type == "message/rfc822"


def test_pictures_of_a_signature_are_no_attachments() -> None:
    message = mail()
    message.add_alternative("<p>Hello<img src='cid:logo'></p>", subtype="html")
    message.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<logo>")  # type: ignore[union-attr]
    assert parse(message.as_bytes(), "m.eml").attachments == []
