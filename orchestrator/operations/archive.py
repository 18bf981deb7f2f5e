"""The file of a backup: an uncompressed tar that holds the database, the files and a signed manifest of both.

    database.dump             as `pg_dump --format=custom` writes it
    files/<place>             the content of each stored file, as the store keeps it
    keys                      the ring that seals secrets; only where it was asked for
    manifest.json             what this is, and the SHA-256 of everything above
    signature.json            by the ring: {"key": name, "signature": hex}

Nothing is ever unpacked by the names it holds: members are read one by one, under names that are made from the
manifest, and only what has the digest written there is used.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Self, cast

from orchestrator.governance.signing import is_signed, sign
from orchestrator.operations.envelope import Sealing, is_sealed, unseal
from orchestrator.operations.errors import BackupDamaged, BackupForeign

FORMAT = 1
DATABASE, KEYS, MANIFEST, SIGNATURE = "database.dump", "keys", "manifest.json", "signature.json"
_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
PLACE = re.compile(rf"{_ID}/[0-9a-f]{{64}}(\.{_ID})?")
LARGEST_MANIFEST = 512 * 1024 * 1024
PIECE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Part:
    """A member: its size in bytes and the SHA-256 of its content."""

    size: int
    sha256: str


@dataclass(kw_only=True)
class Manifest:
    """What a backup says of itself."""

    taken_at: str
    """ISO 8601, UTC, by the database's clock: everything that was committed before it is inside."""
    epoch: int
    """How often the installation had returned to a backup by then."""
    server: int
    """The version of PostgreSQL, as a number: 180006."""
    migrations: dict[str, str]
    """By room: the newest migration."""
    keys: list[str]
    """The names of the keys that seal secrets in it."""
    heads: dict[str, list[Any]]
    """By workspace: number and hash of the newest entry of the audit trail."""
    database: Part
    ring: Part | None = None
    files: dict[str, Part] = field(default_factory=dict)
    """By place."""
    lacking: list[str] = field(default_factory=list)
    """Places whose content was not in the store, or not what was put there."""
    format: int = FORMAT

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Raises BackupDamaged for anything that `as_json` does not write."""
        try:
            read = json.loads(text)
            if read["format"] != FORMAT:
                raise BackupForeign("This backup was written by a newer release. Install that release, then try again.")
            parts = {
                "database": Part(**read.pop("database")),
                "ring": Part(**ring) if (ring := read.pop("ring")) else None,
                "files": {place: Part(**part) for place, part in read.pop("files").items()},
            }
            found = cls(**parts, **read)
            datetime.fromisoformat(found.taken_at)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupDamaged("The manifest of this backup cannot be read.") from error
        if strange := [place for place in found.files if not PLACE.fullmatch(place)]:
            raise BackupDamaged(f"The backup holds a file under the name {strange[0]!r}, which no backup gives.")
        return found

    def as_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @property
    def taken(self) -> datetime:
        return datetime.fromisoformat(self.taken_at)


class Writer:
    """Adds members to `file`, and closes with the manifest. With a passphrase nobody reads it without that."""

    def __init__(self, file: IO[bytes], passphrase: str = "") -> None:
        self._sealing = Sealing(file, passphrase) if passphrase else None
        self._tar: tarfile.TarFile = tarfile.open(  # noqa: SIM115  closed together with the backup
            fileobj=cast(IO[bytes], self._sealing or file), mode="w|", format=tarfile.PAX_FORMAT
        )

    def add(self, name: str, content: bytes) -> Part:
        self._write(name, len(content), io.BytesIO(content))
        return Part(size=len(content), sha256=hashlib.sha256(content).hexdigest())

    def add_file(self, name: str, path: Path) -> Part:
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
            size = content.tell()
            content.seek(0)
            self._write(name, size, content)
        return Part(size=size, sha256=digest)

    def close(self, manifest: Manifest) -> str:
        """Signed. Gives the digest of the manifest, which stands for the whole backup."""
        text = manifest.as_json()
        key, signature = sign(text)
        self.add(MANIFEST, text)
        self.add(SIGNATURE, json.dumps({"key": key, "signature": signature.hex()}).encode())
        self._tar.close()
        if self._sealing is not None:
            self._sealing.finish()
        return hashlib.sha256(text).hexdigest()

    def discard(self) -> None:
        """Let go of the file before it is complete."""
        with suppress(OSError):
            self._tar.close()

    def _write(self, name: str, size: int, content: IO[bytes]) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        self._tar.addfile(member, content)


class Reader:
    """Reads a backup. Raises BackupDamaged wherever it is not what its manifest says."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        try:
            self._members = {member.name: member for member in tar if member.isreg()}
        except tarfile.TarError as error:
            raise BackupDamaged(f"This is no complete backup: {error}.") from error
        text = self._small(MANIFEST)
        self.digest = hashlib.sha256(text).hexdigest()
        self.manifest = Manifest.from_json(text)
        self._signature = self._small(SIGNATURE)
        self._text = text

    @property
    def signed_by(self) -> str:
        """The name of the key that signed it."""
        try:
            return str(json.loads(self._signature)["key"])
        except (ValueError, TypeError, KeyError) as error:
            raise BackupDamaged("The signature of this backup cannot be read.") from error

    def is_ours(self) -> bool:
        """Whether a key of this installation's ring has signed the manifest."""
        try:
            signature = bytes.fromhex(json.loads(self._signature)["signature"])
        except (ValueError, TypeError, KeyError):
            return False
        return is_signed(self._text, self.signed_by, signature)

    def content(self, name: str, part: Part) -> bytes:
        """A small member as a whole."""
        read = io.BytesIO()
        self.copy(name, part, read)
        return read.getvalue()

    def copy(self, name: str, part: Part, target: IO[bytes]) -> None:
        """A member into `target`, checked while it is read."""
        member = self._members.get(name)
        source = self._tar.extractfile(member) if member is not None and member.size == part.size else None
        digest = hashlib.sha256()
        try:
            while source is not None and (piece := source.read(PIECE)):
                digest.update(piece)
                target.write(piece)
        except tarfile.TarError as error:
            raise BackupDamaged(f"This backup ends in the middle of {name}.") from error
        if digest.hexdigest() != part.sha256:
            raise BackupDamaged(f"{name} is missing from this backup or was changed after it was written.")

    def check(self) -> None:
        """Read everything once."""
        manifest = self.manifest
        for name, part in members(manifest):
            self.copy(name, part, _Nowhere())

    def _small(self, name: str) -> bytes:
        member = self._members.get(name)
        source = self._tar.extractfile(member) if member is not None and member.size <= LARGEST_MANIFEST else None
        if source is None:
            raise BackupDamaged("This is no complete backup: its manifest is missing. Was it copied to its end?")
        return source.read()


def members(manifest: Manifest) -> Iterator[tuple[str, Part]]:
    """Everything the manifest vouches for, by its name in the file."""
    yield DATABASE, manifest.database
    if manifest.ring is not None:
        yield KEYS, manifest.ring
    for place, part in manifest.files.items():
        yield f"files/{place}", part


@contextmanager
def opened(path: Path, passphrase: str = "") -> Iterator[Reader]:
    """Raises BackupDamaged for what is no backup at all, BackupForeign where the passphrase is missing."""
    with ExitStack() as open_files:
        try:
            source: IO[bytes] = open_files.enter_context(path.open("rb"))
            if is_sealed(source):
                sealed, source = source, open_files.enter_context(TemporaryFile())
                _unsealed(sealed, source, passphrase)
            tar = open_files.enter_context(tarfile.open(fileobj=source, mode="r:"))
        except (tarfile.TarError, OSError) as error:
            raise BackupDamaged(f"{path} cannot be read as a backup: {error}") from error
        yield Reader(tar)


def _unsealed(source: IO[bytes], target: IO[bytes], passphrase: str) -> None:
    if not passphrase:
        raise BackupForeign("This backup opens with a passphrase only. Set BACKUP_PASSPHRASE, then try again.")
    unseal(source, target, passphrase)
    target.seek(0)


class _Nowhere(io.BytesIO):
    def write(self, piece: Any) -> int:
        return len(piece)
