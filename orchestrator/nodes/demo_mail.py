"""A mailbox to try workflows with: it asks for an account as a real one does, and nothing leaves the house."""

from __future__ import annotations

from pydantic import BaseModel

from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.addresses import AddressText, read_addresses, refuse_line_breaks
from orchestrator.nodes.base import NodeContext, NodeType, Result, Settings, setting


class DemoMail(NodeType):
    key = "demo_mail"
    title = "Demo mail"
    description = "Puts a mail into the built-in outbox and sends it nowhere, so that you can try a workflow safely."
    category = "Try out"
    icon = "mail"
    effect = Effect.KEYED

    class Config(Settings):
        account: str = setting(
            title="Account",
            description="Any connection will do: the demo mailbox asks for one as a real one would.",
            widget="credential",
            literal=True,
            min_length=1,
            level=1,
        )
        to: AddressText = setting(
            title="To",
            description="Addresses, separated by commas; at most 50.",
            min_length=1,
            examples=["ann@example.com"],
        )
        subject: str = setting(title="Subject", min_length=1, max_length=500, examples=["Invoice approved"])
        body: str = setting(title="Message", widget="area", min_length=1, max_length=200_000)

    class Output(BaseModel):
        message_id: str
        to: list[str]
        subject: str

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        to = read_addresses(config.to, setting="To")
        refuse_line_breaks(config.subject, setting="Subject")
        sent = await ctx.mail.send(
            to=to, subject=config.subject, body=config.body, reply_to=None, attachments=[], outbox_only=True
        )
        output = self.Output(message_id=sent["message_id"], to=to, subject=config.subject)
        return Result(output=output.model_dump())
