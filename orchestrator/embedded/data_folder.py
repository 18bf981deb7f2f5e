"""What the supervisor keeps in the data folder: passwords, and who runs where. Readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Replace the file at once: a reader sees the old text or the new one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def kept_password(data_dir: Path, service: str) -> str:
    """The password of a service, made at its first start."""
    path = data_dir / "keys" / service
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))
    return path.read_text()
