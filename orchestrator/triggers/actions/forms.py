"""Forms: their registration, and what people send with them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile

from builder.models import Version, Workflow
from orchestrator.api import bodies
from orchestrator.api.errors import Invalid, NotFound, ProblemError
from orchestrator.artifacts.actions import save_file
from orchestrator.artifacts.content_types import content_type_of
from orchestrator.engine.errors import StepFailed
from orchestrator.governance.principal import Kind, Principal
from orchestrator.nodes.base import FileRef
from orchestrator.nodes.start_form import StartForm
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import Run
from orchestrator.triggers.allowance import count_call
from orchestrator.triggers.forms import start_forms
from orchestrator.triggers.models import PublicForm
from orchestrator.triggers.pauses import is_paused

KEY = "_key"
"""The page makes one for each form it shows, so that a form sent twice is one run."""
HONEYPOT = "_homepage"
"""People do not see this field; programs that fill in everything do."""
LONGEST_KEY = 100
A_MINUTE = 300
"""How many answers one form takes."""
A_MINUTE_FROM_ONE_ADDRESS = 30
YES, NO = {"true", "on", "1", "yes"}, {"false", "off", "0", "no"}


@dataclass(frozen=True, kw_only=True)
class OpenForm:
    """A form that can be filled in now."""

    form: PublicForm
    workflow: Workflow
    config: StartForm.Config


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What somebody sent: answers by question, as JSON or as the texts of a page; files beside them."""

    answers: Mapping[str, Any]
    files: Mapping[str, UploadedFile]


def register_forms(workflow_id: UUID, version_id: UUID) -> None:
    """A version went live: each of its forms has an address, kept if it had one."""
    version = Version.objects.select_related("workflow").get(pk=version_id)
    nodes = start_forms(version.graph)
    PublicForm.objects.filter(workflow_id=workflow_id).exclude(node__in=nodes).delete()
    PublicForm.objects.bulk_create(
        [PublicForm(workspace_id=version.workflow.workspace_id, workflow_id=workflow_id, node=node) for node in nodes],
        ignore_conflicts=True,
    )


def find_form(principal: Principal, slug: str) -> OpenForm:
    """One 404 for an unknown address, a form that is not live or paused, and one that is for other people."""
    form = PublicForm.objects.filter(slug=slug, workflow__in=Workflow.objects.live()).first()
    if form is None or is_paused(form.workflow_id, form.node):
        raise NotFound()
    workflow = Workflow.objects.select_related("live_version").get(pk=form.workflow_id)
    node = start_forms(workflow.live_version.graph).get(form.node)
    if node is None or node.off:
        raise NotFound()
    config = StartForm.Config.model_validate(node.config)
    if config.who == "workspace":
        if not principal.is_signed_in:
            raise ProblemError(401, "signed_out", "This form is for the people of a workspace. Sign in first.")
        if form.workspace_id not in principal.workspaces():
            raise NotFound()
    return OpenForm(form=form, workflow=workflow, config=config)


def count_answer(found: OpenForm, address: str) -> None:
    """Before anything that was sent is read. Raises TooMany."""
    count_call(f"form:{found.form.pk}:{address}", A_MINUTE_FROM_ONE_ADDRESS)
    count_call(f"form:{found.form.pk}", A_MINUTE)


def submit(principal: Principal, found: OpenForm, sent: Sent) -> str:
    """Start a run with the answers; gives the thanks. Files are kept only once all answers are right.

    Raises Invalid, which names each wrong answer.
    """
    if sent.answers.get(HONEYPOT):
        return found.config.thanks  # whoever sent this learns nothing
    start_key = _start_key(found.form, sent.answers.get(KEY))
    if start_key and Run.objects.filter(workflow_id=found.workflow.pk, start_key=start_key).exists():
        return found.config.thanks
    answers = _answers(found.config, sent.answers)
    contents = {key: file.read() for key, file in sent.files.items()}
    described = {key: _described(sent.files[key].name or "", data) for key, data in contents.items()}
    _check(found.config, {**answers, **described})
    kept = {
        key: save_file(None, found.form.workspace_id, described[key]["name"], described[key]["media_type"], data)
        for key, data in contents.items()
    }
    start_run(
        _starter(principal, found),
        workflow=found.workflow,
        version=found.workflow.live_version,
        start=found.form.node,
        payload={**answers, **{key: artifact.as_ref() for key, artifact in kept.items()}},
        how="form",
        start_key=start_key,
    )
    return found.config.thanks


def _starter(principal: Principal, found: OpenForm) -> Principal:
    """The form starts the run, whatever its sender may do otherwise; who that was stands in the run, if it is known."""
    if found.config.who == "public":
        return Principal(kind=Kind.SYSTEM, name="form", auth="form")
    return Principal(kind=Kind.SYSTEM, id=principal.id, name=principal.name, auth="form", ip=principal.ip)


def _start_key(form: PublicForm, given: Any) -> str | None:
    if given in (None, ""):
        return None
    if not isinstance(given, str) or len(given) > LONGEST_KEY or not given.isascii() or not given.isprintable():
        raise ProblemError(400, "key_invalid", f"{KEY} takes up to {LONGEST_KEY} printable ASCII characters.")
    return f"form:{form.node}:{given}"


def _answers(config: StartForm.Config, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Without the page's own fields, and with the switches of a page, which are texts there, as yes or no."""
    answers = {key: value for key, value in sent.items() if key not in (KEY, HONEYPOT)}
    try:
        bodies.check(answers)
    except bodies.BodyRefused as error:
        raise ProblemError(400, "form_unreadable", f"The answers cannot be used: {error}.") from error
    for field in config.fields:
        value = answers.get(field.key)
        if field.type == "switch" and isinstance(value, str) and value.lower() in YES | NO:
            answers[field.key] = value.lower() in YES
        if field.type == "file" and value not in (None, ""):
            raise _invalid({field.key: f"{field.label}: please choose a file."})  # never a file somebody only names
    return answers


def _described(name: str, data: bytes) -> dict[str, Any]:
    """A file before it is kept."""
    digest = hashlib.sha256(data).hexdigest()
    media_type = content_type_of(data)
    return FileRef(file_id="", name=name, media_type=media_type, size=len(data), sha256=digest).model_dump()


def _check(config: StartForm.Config, answers: dict[str, Any]) -> None:
    try:
        StartForm().accept(config, answers)
    except StepFailed as failed:
        raise _invalid(failed.error.details["fields"]) from failed


def _invalid(fields: Mapping[str, str]) -> Invalid:
    """Names the questions, and no step: strangers read this."""
    problems = [
        {"code": "invalid_answer", "node": None, "field": field, "message": message, "hint": ""}
        for field, message in fields.items()
    ]
    return Invalid("invalid_answers", "Some answers are missing or cannot be used.", problems)
