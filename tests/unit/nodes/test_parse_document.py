from __future__ import annotations

from email.message import EmailMessage

import pytest

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.nodes.parse_document import ParseDocument
from tests.unit.nodes.context import MemoryContext, result_of


async def test_a_mail_becomes_text_and_stored_attachments() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann Lee <ann@example.com>", "desk@example.com", "Wrong amount"
    mail.set_content("The invoice is wrong, please look at the attached list again.")
    mail.add_attachment("a;b\n1;2\n", subtype="csv", filename="list.csv")
    world = MemoryContext()
    file = world.files.keep("mail.eml", mail.as_bytes())
    result = await result_of(ParseDocument, {"file": file.model_dump()}, world)
    output = result.output
    assert output["mail"] == {
        "from": "ann@example.com",
        "from_name": "Ann Lee",
        "to": ["desk@example.com"],
        "subject": "Wrong amount",
        "date": None,
    }
    assert (output["language"], output["media_type"]) == ("en", "message/rfc822")
    (attachment,) = output["attachments"]
    assert (attachment["name"], attachment["media_type"]) == ("list.csv", "text/csv")
    assert attachment["text"].split() == ["a;b", "1;2"]
    assert world.files.stored[attachment["file_id"]].split() == [b"a;b", b"1;2"]


async def test_a_file_that_cannot_be_read_fails_the_step_in_plain_words() -> None:
    world = MemoryContext()
    file = world.files.keep("broken.pdf", b"%PDF-1.7 nothing else")
    with pytest.raises(StepFailed, match=r"^broken\.pdf: The PDF is damaged") as failed:
        await result_of(ParseDocument, {"file": file.model_dump()}, world)
    assert (failed.value.error.category, failed.value.error.code) == (ErrorCategory.INPUT, "damaged")
    assert failed.value.error.hint
