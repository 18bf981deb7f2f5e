"""Reads a file: its text, tables, pages and attachments."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from orchestrator.engine.errors import ErrorCategory, StepFailed
from orchestrator.engine.node_spec import Effect
from orchestrator.nodes.base import FileRef, NodeContext, NodeType, Result, Settings, setting


class Table(BaseModel):
    page: int
    rows: list[list[str]]


class MailHead(BaseModel):
    sender: str = Field(alias="from")
    from_name: str
    to: list[str]
    subject: str
    date: str | None


class ReadAttachment(FileRef):
    text: str


class ParseDocument(NodeType):
    key = "parse_document"
    title = "Parse document"
    description = "Reads the text, tables and attachments of a PDF, e-mail, web page, table or text file."
    category = "Documents"
    icon = "file-text"
    effect = Effect.PURE
    queue = "cpu"

    class Config(Settings):
        file: FileRef = setting(
            title="File", description="The document to read.", widget="file", examples=[{"$expr": "trigger.file"}]
        )
        ocr: Literal["auto", "never"] = setting(
            "auto",
            title="Read scanned pages",
            description="Automatic reads pages that are only pictures, where the server can.",
            widget="choice",
        )
        max_pages: int = setting(
            500, title="Most pages", description="Longer documents are refused.", widget="number", ge=1, le=2000
        )

    class Output(BaseModel):
        text: str
        media_type: str
        title: str
        pages: int
        language: str | None
        tables: list[Table]
        mail: MailHead | None
        attachments: list[ReadAttachment]
        ocr_used: bool
        warnings: list[str]

    async def run(self, ctx: NodeContext, config: Config) -> Result:
        # The readers are heavy and only the worker that reads documents should carry them.
        from orchestrator.documents.errors import DocumentError
        from orchestrator.documents.parse import parse

        data = await ctx.files.read(config.file.file_id)
        try:
            document = parse(data, config.file.name, ocr=config.ocr, max_pages=config.max_pages)
        except DocumentError as error:
            message = f"{config.file.name}: {error.message}"
            raise StepFailed(ErrorCategory.INPUT, error.code, message, hint=error.hint) from error
        attachments = []
        for attachment in document.attachments:
            saved = await ctx.files.save(attachment.name, attachment.media_type, attachment.data)
            attachments.append(ReadAttachment(**saved.model_dump(), text=attachment.text))
        output = self.Output(
            text=document.text,
            media_type=document.media_type,
            title=document.title,
            pages=document.pages,
            language=document.language,
            tables=[Table(page=table.page, rows=table.rows) for table in document.tables],
            mail=MailHead.model_validate(document.mail.as_json()) if document.mail else None,
            attachments=attachments,
            ocr_used=document.ocr_used,
            warnings=document.warnings,
        )
        return Result(output=output.model_dump(by_alias=True))
