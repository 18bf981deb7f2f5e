"""A bucket of an S3-compatible service as the store of files. Imported only where one is configured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from orchestrator.artifacts.errors import StoreUnavailable

WHOLE = 1024 * 1024 * 1024
"""Bytes up to which a file is sent in one request, which the service takes as a whole or not at all."""


class Bucket(S3Storage):
    """Raises StoreUnavailable where the service does not answer as it should, FileNotFoundError as every storage."""

    def get_default_settings(self) -> dict[str, Any]:
        """Nothing is taken from Django's settings or the environment: the address says it all."""
        return {
            **super().get_default_settings(),
            "file_overwrite": True,
            "client_config": Config(
                s3={"addressing_style": "path"},
                signature_version="s3v4",
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "total_max_attempts": 2},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
            "transfer_config": TransferConfig(multipart_threshold=WHOLE, use_threads=False),
        }

    def exists(self, name: str) -> bool:
        with _told():
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _told():
            folders, files = super().listdir(name)
            return folders, files

    def delete(self, name: str) -> None:
        with _told():
            super().delete(name)

    def _save(self, name: str, content: File) -> str:
        with _told():
            return str(super()._save(name, content))

    def _open(self, name: str, mode: str = "rb") -> File:
        """The whole content at once: it is checked as a whole."""
        with _told():
            try:
                found = self.bucket.Object(self._normalize_name(name)).get()
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                    raise FileNotFoundError(name) from error
                raise
            return ContentFile(found["Body"].read(), name=name)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (ClientError, BotoCoreError, Boto3Error) as error:
        raise StoreUnavailable(f"{type(error).__name__}: {error}") from error
