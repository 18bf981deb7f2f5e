"""The store of files is a bucket of a real S3 service, over a line that fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import boto3
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from moto.server import ThreadedMotoServer

from orchestrator.artifacts.actions import read_file, save_file
from orchestrator.artifacts.errors import ArtifactDamaged, ArtifactMissing, StoreUnavailable
from orchestrator.artifacts.models import Artifact
from orchestrator.artifacts.stores import store
from orchestrator.governance import audit
from orchestrator.governance.actions.checkpoints import keep_checkpoints, sign_chain
from orchestrator.governance.models import AuditEvent, Workspace
from orchestrator.governance.principal import system
from tests.integration.artifacts.lines import Line, line_to

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)  # the S3 client keeps its connections open for the next request

KEY, SECRET = "key", "se/cret+"
LARGE = bytes(range(256)) * 20_000


@pytest.fixture(scope="module")
def service() -> Iterator[tuple[str, int]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    yield server.get_host_and_port()
    server.stop()


@pytest.fixture
def line(service: tuple[str, int]) -> Iterator[Line]:
    with line_to(service) as line:
        yield line


@pytest.fixture
def bucket(service: tuple[str, int], line: Line, settings, tmp_path: Path):
    """The bucket as its service knows it, beside our line to it."""
    resource = boto3.resource(
        "s3",
        endpoint_url=f"http://127.0.0.1:{service[1]}",
        region_name="us-east-1",
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )
    created = resource.create_bucket(Bucket="files")
    url = f"s3://{KEY}:se%2Fcret%2B@127.0.0.1:{line.port}/files?tls=0"
    settings.STORAGES = {**settings.STORAGES, "artifacts": store(url, tmp_path)}
    yield created
    created.objects.all().delete()
    created.delete()


def save(workspace: Workspace, data: bytes = b"an invoice") -> Artifact:
    return save_file(None, workspace.pk, "invoice.txt", "text/plain", data)


def test_a_file_is_kept_in_the_bucket_under_its_digest(workspace: Workspace, bucket) -> None:
    artifact = save(workspace)
    assert [each.key for each in bucket.objects.all()] == [f"{workspace.pk}/{artifact.sha256}"]
    assert read_file(workspace.pk, UUID(str(artifact.pk))) == b"an invoice"


def test_the_same_content_is_stored_once_and_mended_if_it_was_damaged(workspace: Workspace, bucket) -> None:
    first = save(workspace)
    bucket.put_object(Key=first.place, Body=b"half")
    with pytest.raises(ArtifactDamaged):
        read_file(workspace.pk, first.pk)
    save(workspace)
    assert read_file(workspace.pk, first.pk) == b"an invoice"
    assert len(list(bucket.objects.all())) == 1


def test_content_that_is_gone_is_told(workspace: Workspace, bucket) -> None:
    artifact = save(workspace)
    bucket.objects.all().delete()
    with pytest.raises(ArtifactMissing):
        read_file(workspace.pk, artifact.pk)


def test_a_large_file_is_one_request(workspace: Workspace, bucket) -> None:
    artifact = save(workspace, LARGE)
    assert read_file(workspace.pk, artifact.pk) == LARGE
    assert "-" not in bucket.Object(artifact.place).e_tag  # of parts it would say how many


def test_an_upload_that_is_cut_leaves_no_row_and_is_whole_when_repeated(
    workspace: Workspace, bucket, line: Line
) -> None:
    line.up = 1_000_000
    with pytest.raises(StoreUnavailable):
        save(workspace, LARGE)
    assert not Artifact.objects.exists()
    line.mend()
    assert read_file(workspace.pk, save(workspace, LARGE).pk) == LARGE


def test_a_download_that_is_cut_is_worth_another_try(workspace: Workspace, bucket, line: Line) -> None:
    artifact = save(workspace, LARGE)
    line.down = 1_000_000
    with pytest.raises(StoreUnavailable):
        read_file(workspace.pk, artifact.pk)
    line.mend()
    assert read_file(workspace.pk, artifact.pk) == LARGE


def test_a_store_that_is_busy_is_a_503_and_leaves_no_row_nor_trace(browser_of, workspace, bucket, line: Line) -> None:
    line.busy = True
    file = SimpleUploadedFile("invoice.pdf", b"%PDF-1.7", "application/pdf")
    answer = browser_of("builder").client.post(f"/api/workspaces/{workspace.id}/artifacts", {"file": file})
    assert (answer.status_code, answer.json()["code"]) == (503, "store_unavailable")
    assert answer.json()["detail"] == "The store of files does not answer. Try again in a minute."
    assert not Artifact.objects.exists()
    assert not AuditEvent.objects.filter(action="file.uploaded").exists()


def test_a_download_from_a_busy_store_is_a_503(browser_of, workspace, bucket, line: Line) -> None:
    artifact = save(workspace)
    line.busy = True
    assert browser_of("operator").get(f"artifacts/{artifact.pk}/content").status_code == 503


def test_checkpoints_of_the_trail_are_kept_in_a_bucket_as_well(workspace, bucket, line: Line, settings) -> None:
    settings.STORAGES = {**settings.STORAGES, "checkpoints": settings.STORAGES["artifacts"]}
    save_file(system("terminal"), workspace.pk, "invoice.txt", "text/plain", b"an invoice")
    line.busy = True
    sign_chain(workspace.pk)
    assert audit.verify(workspace.pk).outside is None
    line.busy = False
    keep_checkpoints(audit.INSTALLATION)
    verdict = audit.verify(workspace.pk)
    assert (verdict.finding, verdict.checkpoints, verdict.outside) == ("", 1, 1)
    assert any(each.key.startswith(f"{workspace.pk}/000000000001-") for each in bucket.objects.all())


@pytest.mark.parametrize(
    "url",
    [
        "http://key:secret@host/bucket",
        "s3://host/bucket",
        "s3://key:secret@host",
        "s3://key:secret@host/bucket/folder",
        "s3://key:secret@host/bucket?tls=no",
        "s3://key:secret@host/bucket?acl=public",
        "file://server/folder",
        "file:///",
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_with_an_example(url: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="must look like s3://"):
        store(url, tmp_path)


def test_a_folder_elsewhere_is_a_store_too(tmp_path: Path) -> None:
    assert store("file:///mnt/else%20where", tmp_path)["OPTIONS"] == {"location": Path("/mnt/else where")}


def test_without_an_address_files_are_kept_in_the_folder(tmp_path: Path) -> None:
    assert store("", tmp_path)["OPTIONS"] == {"location": tmp_path}
