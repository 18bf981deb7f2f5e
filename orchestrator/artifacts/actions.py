"""Storing and reading files."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import RestrictedError

from orchestrator.artifacts.content_types import content_type_of
from orchestrator.artifacts.errors import ArtifactDamaged, ArtifactMissing, StoreUnavailable
from orchestrator.artifacts.models import Artifact
from orchestrator.governance import audit
from orchestrator.governance.actions.workspaces import enter
from orchestrator.governance.data_keys import Sealer, open_data, sealer_of
from orchestrator.governance.errors import Unsealable
from orchestrator.governance.principal import Principal

log = logging.getLogger(__name__)

LONGEST_NAME = 255


def upload(principal: Principal, workspace_id: UUID, receive: Callable[[], UploadedFile]) -> Artifact:
    """Keep a file that a person sent; what it is, its content tells. Nothing is received from whoever may not send."""
    workspace = enter(principal, workspace_id, "file:write")
    file = receive()
    data = file.read()
    return save_file(principal, workspace.id, file.name or "", content_type_of(data), data)


def save_file(principal: Principal | None, workspace_id: UUID, name: str, media_type: str, data: bytes) -> Artifact:
    """Keep `data`. Without a principal it is a run that writes, and the run's own log tells of it.

    Raises StoreUnavailable; then no row points at what may not be there.
    """
    if principal is not None:
        principal.require("file:write", workspace_id, object_type="file")
    artifact = Artifact(
        workspace_id=workspace_id,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        media_type=media_type,
        name=_shown_name(name),
        created_by_id=principal.id if principal else None,
    )
    sealer = sealer_of(workspace_id)
    artifact.data_key = sealer.id if sealer else None
    with _store_at_work():
        _store(artifact, data, sealer)
    with transaction.atomic():
        artifact.save(force_insert=True)
        if principal is not None:
            _record(principal, "file.uploaded", artifact)
    with _store_at_work():
        if not storages["artifacts"].exists(artifact.place):
            _store(artifact, data, sealer)  # the last other row with this content was erased in between
    return artifact


def read_file(workspace_id: UUID, artifact_id: UUID) -> bytes:
    """The content. Raises `ArtifactMissing` outside the workspace, `ArtifactDamaged` when the digest differs, and
    `StoreUnavailable`."""
    artifact = Artifact.objects.filter(workspace_id=workspace_id, id=artifact_id).first()
    if artifact is None:
        raise ArtifactMissing("This file is not in the workspace any more. Upload it again.")
    return _read(artifact)


def download(principal: Principal, artifact_id: UUID) -> tuple[Artifact, bytes]:
    artifact = Artifact.objects.find(principal, artifact_id)
    principal.require("run:payload", artifact.workspace_id, object_type="file", object_id=artifact.id)
    data = _read(artifact)
    if audit.first_in_a_minute("downloaded", principal.id, artifact.id):
        with transaction.atomic():
            _record(principal, "file.downloaded", artifact)
    return artifact, data


def erase_files(workspace_id: UUID, ids: Collection[UUID]) -> int:
    """Delete rows, and contents that no row points at any more; gives how many files are gone.

    A file that something else holds on to (a version of a model, a data set) stays.
    """
    gone = 0
    for artifact in Artifact.objects.filter(workspace_id=workspace_id, id__in=ids):
        try:
            with transaction.atomic():
                artifact.delete()
        except RestrictedError:
            continue
        gone += 1
        _drop_content(artifact)
    return gone


def _drop_content(artifact: Artifact) -> None:
    """Whoever stores the same content in this moment looks after its row was written; we look after the deletion."""
    same = Artifact.objects.filter(
        workspace_id=artifact.workspace_id, sha256=artifact.sha256, data_key=artifact.data_key
    )
    if same.exists():
        return
    storage = storages["artifacts"]
    try:
        with _store_at_work():
            with storage.open(artifact.place) as stored:
                content = stored.read()
            storage.delete(artifact.place)
            if same.exists():
                storage.save(artifact.place, ContentFile(content))
    except FileNotFoundError:
        return


@contextmanager
def _store_at_work() -> Iterator[None]:
    """A full disk and a broken line mean the same: nothing is wrong with the file, so it is worth another try."""
    try:
        yield
    except FileNotFoundError:
        raise
    except StoreUnavailable as error:
        log.warning("The store of files: %s", error.cause)
        raise
    except OSError as error:
        log.warning("The store of files: %s", error)
        raise StoreUnavailable(str(error)) from error


def _store(artifact: Artifact, data: bytes, sealer: Sealer | None) -> None:
    """Write the content under its digest. Content that is there already is kept if it is whole, else written again."""
    storage = storages["artifacts"]
    if storage.exists(artifact.place):
        if _is_whole(artifact):
            return
        storage.delete(artifact.place)
    content = sealer.seal(data, _place_of(artifact)) if sealer else data
    written = storage.save(artifact.place, ContentFile(content))
    if written != artifact.place:  # somebody else stored the same content in between
        storage.delete(written)


def _is_whole(artifact: Artifact) -> bool:
    if artifact.data_key is None:
        with storages["artifacts"].open(artifact.place) as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest() == artifact.sha256
    try:
        _read(artifact)
    except ArtifactDamaged:
        return False
    return True


def _read(artifact: Artifact) -> bytes:
    try:
        with _store_at_work(), storages["artifacts"].open(artifact.place) as stored:
            data = stored.read()
    except FileNotFoundError as error:
        raise ArtifactMissing(f"The content of {artifact.name!r} is gone. Upload the file again.") from error
    try:
        data = open_data(artifact.workspace_id, data, _place_of(artifact)) if artifact.data_key else data
    except Unsealable as error:
        raise ArtifactDamaged(f"The content of {artifact.name!r} cannot be opened: {error}.") from error
    if hashlib.sha256(data).hexdigest() != artifact.sha256:
        raise ArtifactDamaged(f"The content of {artifact.name!r} was altered after it was stored. Upload it again.")
    return data


def _place_of(artifact: Artifact) -> bytes:
    """What sealed content is bound to: it opens as no other file."""
    return b"file," + artifact.sha256.encode()


def _shown_name(name: str) -> str:
    """The last part of a name without control characters, short enough for the row, its ending kept."""
    last = PurePosixPath(name.replace("\\", "/")).name
    clean = "".join(letter for letter in last if letter.isprintable()).strip()
    if not clean.strip("."):
        return "file"
    ending = PurePosixPath(clean).suffix[:20]
    return clean if len(clean) <= LONGEST_NAME else clean[: LONGEST_NAME - len(ending)] + ending


def _record(principal: Principal, action: str, artifact: Artifact) -> None:
    audit.record(
        principal,
        action,
        workspace_id=artifact.workspace_id,
        object_type="file",
        object_id=artifact.id,
        object_name=artifact.name,
        detail={"sha256": artifact.sha256, "size": artifact.size, "media_type": artifact.media_type},
    )
