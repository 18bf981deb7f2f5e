"""Which store keeps the content of files: a folder, or a bucket of an S3-compatible service."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FOLDER = "django.core.files.storage.FileSystemStorage"
BUCKET = "orchestrator.artifacts.bucket.Bucket"
FOLDER_EXAMPLE = "file:///mnt/elsewhere"
EXAMPLE = "s3://key:secret@host:9000/bucket?region=eu-central-1&tls=0"


def store(url: str, folder: Path) -> dict[str, Any]:
    """The entry of Django's `STORAGES`. Raises ImproperlyConfigured for an address that cannot be meant."""
    address = urlsplit(url)
    if not url or (address.scheme == "file" and not address.netloc and address.path.strip("/")):
        return {"BACKEND": FOLDER, "OPTIONS": {"location": Path(unquote(address.path)) if url else folder}}
    asked = {name: values[-1] for name, values in parse_qs(address.query).items()}
    bucket = address.path.strip("/")
    known = not asked.keys() - {"region", "tls"} and asked.get("tls", "1") in ("0", "1")
    named = address.username and address.password and address.hostname and bucket and "/" not in bucket
    if address.scheme != "s3" or not known or not named:
        raise ImproperlyConfigured(
            f"The address of a store must look like {EXAMPLE} (region and tls may be left out) or {FOLDER_EXAMPLE}."
        )
    options = {
        "access_key": unquote(address.username or ""),
        "secret_key": unquote(address.password or ""),
        "bucket_name": bucket,
        "endpoint_url": f"{'http' if asked.get('tls') == '0' else 'https'}://{address.netloc.rpartition('@')[2]}",
        "region_name": asked.get("region", "us-east-1"),
    }
    return {"BACKEND": BUCKET, "OPTIONS": options}
