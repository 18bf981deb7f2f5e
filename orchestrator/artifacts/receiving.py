"""Receiving uploads without letting them fill the disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

from orchestrator.api.errors import ProblemError

FORM_AROUND_FILE = 64 * 1024
"""What a multipart form may add around its file, in bytes."""


def too_large() -> ProblemError:
    megabytes = settings.LARGEST_UPLOAD // (1024 * 1024)
    return ProblemError(
        413, "file_too_large", f"The file is larger than {megabytes} MB. Make it smaller or split it, then try again."
    )


def refuse_too_large(request: HttpRequest) -> None:
    """By the announced length, before anything is read."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.LARGEST_UPLOAD + FORM_AROUND_FILE:
        raise too_large()


class Capped(TemporaryFileUploadHandler):
    """A temporary file that stops growing at the largest upload, whatever length was announced."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        self.received += len(raw_data)
        if self.received > settings.LARGEST_UPLOAD:
            self.file.close()
            raise too_large()
        return super().receive_data_chunk(raw_data, start)
