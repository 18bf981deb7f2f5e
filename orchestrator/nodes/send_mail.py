"""Sends an e-mail."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.addresses import AddressText, read_addresses, refuse_line_breaks
from orchestrator.nodes.base import FileRef, NodeContext, NodeType, Result, Settings, setting


def _listed(value: Any) -> Any:
    """One file, as `parse.file` gives it, is a list of one; no file is no attachment."""
    if value is None:
        return []
    return [value] if isinstance(value, dict) else value


class SendMail(NodeType):
    key = "send_mail"
    title = "Send mail"
    description = "Sends an e-mail. Without a mail server it is kept in the outbox, where you can read it."
    category = "Send"
    icon = "send"
    effect = Effect.KEYED

    class Config(Settings):
        to: AddressText = setting(
            title="To",
            description="Addresses, separated by commas; at most 50.",
            min_length=1,
            examples=["ann@example.com", {"$expr": "compose.to"}],
        )
        subject: str = setting(title="Subject", min_length=1, max_length=500, examples=[{"$expr": "compose.subject"}])
        body: str = setting(
            title="Message", widget="area", min_length=1, max_length=200_000, examples=[{"$expr": "compose.body"}]
        )
        reply_to: str = setting("", title="Answers go to", description="An address, if not the sender's.")
        attachments: Annotated[list[FileRef], BeforeValidator(_listed)] = setting(
            [],
            title="Attachments",
            description="Files that go with the mail.",
            widget="files",
            max_length=20,
            examples=[{"$expr": "trigger.file"}],
        )

    class Output(BaseModel):
        message_id: str
        delivery: str
        to: list[str]

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        to = read_addresses(config.to, setting="To")
        refuse_line_breaks(config.subject, setting="Subject")
        reply_to = read_addresses(config.reply_to, setting="Answers go to")[0] if config.reply_to else None
        sent = await ctx.mail.send(
            to=to, subject=config.subject, body=config.body, reply_to=reply_to, attachments=config.attachments
        )
        output = self.Output(message_id=sent["message_id"], delivery=sent["delivery"], to=to)
        return Result(output=output.model_dump())
