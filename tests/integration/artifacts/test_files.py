from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from orchestrator.artifacts.actions import read_file, save_file
from orchestrator.artifacts.errors import ArtifactDamaged, ArtifactMissing
from orchestrator.artifacts.models import Artifact
from orchestrator.governance.matrix import VERBS, Role
from orchestrator.governance.models import AuditEvent
from tests.integration.governance.people import Browser

PDF = b"%PDF-1.7\nan invoice"


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    places = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "artifacts": places}


def send(browser: Browser, workspace, data: bytes = PDF, name: str = "invoice.pdf", media_type: str = "text/html"):
    file = SimpleUploadedFile(name, data, media_type)
    return browser.client.post(f"/api/workspaces/{workspace.id}/artifacts", {"file": file})


def stored_files(tmp_path) -> list[str]:
    return sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())


def test_a_file_is_kept_under_its_digest_and_known_by_its_content(browser_of, workspace, tmp_path):
    builder = browser_of("builder")
    answer = send(builder, workspace)
    ref = answer.json()
    assert answer.status_code == 201
    assert {**ref, "file_id": "", "sha256": ""} == {
        "file_id": "",
        "name": "invoice.pdf",
        "media_type": "application/pdf",
        "size": len(PDF),
        "sha256": "",
    }
    assert stored_files(tmp_path) == [f"{workspace.id}/{ref['sha256']}"]
    assert AuditEvent.objects.get(action="file.uploaded").detail["sha256"] == ref["sha256"]


def test_a_download_is_saved_and_never_shown(browser_of, workspace):
    ref = send(browser_of("builder"), workspace, b"<html><script>x</script>", "page.html").json()
    answer = browser_of("operator").get(f"artifacts/{ref['file_id']}/content")
    assert answer.content == b"<html><script>x</script>"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert AuditEvent.objects.filter(action="file.downloaded").count() == 1


def test_the_same_content_is_stored_once(browser_of, workspace, tmp_path):
    builder = browser_of("builder")
    first, second = send(builder, workspace).json(), send(builder, workspace, name="copy.pdf").json()
    assert first["file_id"] != second["file_id"]
    assert len(stored_files(tmp_path)) == 1


def test_content_that_was_damaged_is_written_again(browser_of, workspace, tmp_path):
    ref = send(browser_of("builder"), workspace).json()
    (tmp_path / str(workspace.id) / ref["sha256"]).write_bytes(b"half")
    send(browser_of("builder"), workspace)
    assert read_file(workspace.id, ref["file_id"]) == PDF
    assert len(stored_files(tmp_path)) == 1


@pytest.mark.parametrize("extra", [1, 200_000])
def test_a_file_above_the_limit_is_refused_with_what_to_do(browser_of, workspace, settings, tmp_path, extra: int):
    settings.LARGEST_UPLOAD = 1024 * 1024
    answer = send(browser_of("builder"), workspace, b"x" * (settings.LARGEST_UPLOAD + extra))
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert answer.json()["detail"] == "The file is larger than 1 MB. Make it smaller or split it, then try again."
    assert stored_files(tmp_path) == []
    assert not Artifact.objects.exists()


def test_a_file_of_exactly_the_limit_is_kept(browser_of, workspace, settings):
    settings.LARGEST_UPLOAD = 100_000
    assert send(browser_of("builder"), workspace, b"x" * 100_000).status_code == 201


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\r\nb\x1b.txt", "ab.txt"),
        ("..", "file"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_a_name_is_only_ever_shown(workspace, tmp_path, sent: str, shown: str):
    artifact = save_file(None, workspace.id, sent, "text/plain", b"text")
    assert artifact.name == shown
    assert stored_files(tmp_path) == [f"{workspace.id}/{artifact.sha256}"]


def test_an_upload_needs_a_file(browser_of, workspace):
    builder = browser_of("builder")
    path = f"/api/workspaces/{workspace.id}/artifacts"
    assert builder.client.post(path, {"file": "text"}).status_code == 422
    assert send(builder, workspace, b"").status_code == 422
    assert builder.post(f"workspaces/{workspace.id}/artifacts", {"file": "x"}).status_code == 415


def test_altered_content_is_never_handed_out(browser_of, workspace, tmp_path):
    builder = browser_of("builder")
    ref = send(builder, workspace).json()
    (tmp_path / str(workspace.id) / ref["sha256"]).write_bytes(b"%PDF-1.7\nanother")
    with pytest.raises(ArtifactDamaged):
        read_file(workspace.id, ref["file_id"])
    answer = builder.get(f"artifacts/{ref['file_id']}/content")
    assert (answer.status_code, answer.json()["code"]) == (410, "file_unreadable")


def test_content_that_is_gone_is_told(workspace):
    artifact = save_file(None, workspace.id, "a.txt", "text/plain", b"text")
    storages["artifacts"].delete(artifact.place)
    with pytest.raises(ArtifactMissing, match="Upload the file again"):
        read_file(workspace.id, artifact.id)


def test_a_file_of_another_workspace_is_not_there(browser_of, workspace, other_workspace):
    artifact = save_file(None, workspace.id, "a.txt", "text/plain", b"text")
    with pytest.raises(ArtifactMissing):
        read_file(other_workspace.id, artifact.id)
    stranger = browser_of(*Role, at=other_workspace)
    foreign = stranger.get(f"artifacts/{artifact.id}/content")
    random = stranger.get(f"artifacts/{uuid4()}/content")
    assert {**foreign.json(), "trace": ""} == {**random.json(), "trace": ""}
    assert send(stranger, workspace).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_roles_send_and_fetch_what_the_matrix_says(browser_of, workspace, role: Role):
    artifact = save_file(None, workspace.id, "a.txt", "text/plain", b"text")
    browser = browser_of(role)
    assert send(browser, workspace).status_code == (201 if role in VERBS["file:write"] else 403)
    fetched = browser.get(f"artifacts/{artifact.id}/content")
    assert fetched.status_code == (200 if role in VERBS["run:payload"] else 403)


@pytest.mark.ux(105)
def test_the_beginning_of_a_file_is_shown_as_text(browser_of, workspace):
    builder = browser_of("builder")
    note = send(builder, workspace, "Größe: 12 Meter\n".encode() * 3000, "note.txt").json()
    shown = builder.client.get(f"/api/artifacts/{note['file_id']}/preview").json()
    assert shown["text"].startswith("Größe: 12 Meter\n")
    assert (len(shown["text"]), shown["cut"]) == (20_000, True)
    broken = send(builder, workspace).json()
    answer = builder.client.get(f"/api/artifacts/{broken['file_id']}/preview")
    assert (answer.status_code, answer.json()["code"]) == (422, "no_preview")
    assert "Download it." in answer.json()["detail"]
