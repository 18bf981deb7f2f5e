"""A workspace with something of each kind in it, for knocking at every door. Nothing in it belongs to who knocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone
from uuid_utils.compat import uuid7

from builder import actions as authoring
from builder.folder_grants import FolderGrant
from builder.models import AccessRequest, Draft, Folder, Proposal, StepSample, Version, Workflow, WorkflowGrant
from builder.template import Template
from orchestrator.artifacts.actions import save_file
from orchestrator.assets.models import (
    Alert,
    Asset,
    AssetAlias,
    AssetGrant,
    AssetVersion,
    Budget,
    CallLimit,
    Evaluation,
    Replacement,
    Training,
)
from orchestrator.governance.actions.requests import hash_of
from orchestrator.governance.credentials import seal
from orchestrator.governance.matrix import Role
from orchestrator.governance.models import (
    AccessToken,
    Credential,
    Invitation,
    Membership,
    Policy,
    Request,
    SavedSearch,
    ServiceAccount,
    Team,
    User,
    Workspace,
)
from orchestrator.governance.principal import system
from orchestrator.runs.actions import start_run
from orchestrator.runs.models import HumanTask, OutgoingMail, Run, RunStatus, Step
from tests.integration.authoring import edge, graph, node
from tests.integration.governance.people import fresh_email

LATER = timedelta(days=30)
US = system("set-up")


def greeting(value: str = "hello") -> dict[str, Any]:
    """A graph with a start of each kind that doors ask about."""
    starts = (
        node("start", "start_manual"),
        node("link", "start_link", config={"access": "public"}),
        node("daily", "start_schedule", config={"kind": "daily", "at": "08:00"}),
    )
    greet = node("greet", "set_fields", config={"fields": [{"name": "greeting", "value": value}]})
    return graph(*starts, greet, edges=tuple(edge(one["key"], "greet") for one in starts))


def build(workspace: Workspace) -> dict[str, Any]:
    """By the names that `doors` uses; rows stand for their ids."""
    things = _governed(workspace) | _authored(workspace)
    things |= _assets(workspace, things["user"]) | _run(workspace, things["workflow"], things["user"])
    return {"workspace": workspace.id, "made_up": uuid4(), **things}


def _governed(workspace: Workspace) -> dict[str, Any]:
    guest = User.objects.create(name="Gita Guest", email=fresh_email())
    member = Membership.objects.create(workspace=workspace, user=guest, roles=[*Role][2:])
    boss = User.objects.create(name="Olga Owner", email=fresh_email())
    Membership.objects.create(workspace=workspace, user=boss, roles=["owner"])
    teams = [Team.objects.create(workspace=workspace, name=name) for name in ("Finance", "Sales")]
    invitation = Invitation.objects.create(
        workspace=workspace, email=fresh_email(), roles=["viewer"], token_hash=b"h", expires_at=timezone.now() + LATER
    )
    credential = Credential(workspace=workspace, name="Old", kind="bearer", hosts=["127.0.0.1:1"])
    seal(credential, {"token": "t"})
    credential.save()
    token = AccessToken.objects.create(
        workspace=workspace,
        user=guest,
        name="Theirs",
        prefix="tutti_abc",
        token_hash=b"t",
        scopes=["workflow:read"],
        expires_at=timezone.now() + LATER,
    )
    search = SavedSearch.objects.create(workspace=workspace, user=guest, page="runs", name="Theirs", query={})
    policy = Policy.objects.create(
        workspace=workspace, member=member, verbs=["usage:read"], reason="They left the project"
    )
    machine = User.objects.create(name="Robot", email=f"{uuid4()}@service.invalid", owner=guest)
    Membership.objects.create(workspace=workspace, user=machine, roles=["viewer"])
    account = ServiceAccount.objects.create(
        workspace=workspace, user=machine, purpose="Reports", review_on=timezone.localdate() + LATER
    )
    payload = {"what": "roles", "roles": ["auditor"], "before": member.roles}
    request = Request.objects.create(
        workspace=workspace,
        kind="grant.change",
        object_type="member",
        object_id=member.id,
        payload=payload,
        content_hash=hash_of(payload),
        expires_at=timezone.now() + LATER,
    )
    return {
        "member": member.id,
        "request": request.id,
        "request_hash": hash_of(payload).hex(),
        "user": guest.id,
        "team": teams[0].id,
        "other_team": teams[1].id,
        "invitation": invitation.id,
        "credential": credential.id,
        "token": token.id,
        "search": search.id,
        "policy": policy.id,
        "account": account.id,
        "soon": (timezone.now() + timedelta(days=20)).isoformat(),
        "review": (timezone.localdate() + LATER).isoformat(),
    }


def _authored(workspace: Workspace) -> dict[str, Any]:
    workflow = authoring.create_workflow(US, workspace.pk, name="Invoices")
    for value in ("hello", "good morning"):
        token = str(Draft.objects.get(workflow=workflow).token)
        saved = authoring.save_draft(US, workflow, greeting(value), token)
        assert not saved.problems, saved.problems
        if value == "hello":
            authoring.publish(US, workflow, note="First")
            workflow.refresh_from_db()
    archived = authoring.create_workflow(US, workspace.pk, name="Old")
    authoring.archive_workflow(US, archived)
    unpublished = authoring.create_workflow(US, workspace.pk, name="Later")
    member = Membership.objects.get(workspace=workspace, user__name="Gita Guest")
    team = Team.objects.get(workspace=workspace, name="Finance")
    StepSample.objects.create(workflow=workflow, node="greet", output={"greeting": "hi"})
    folder = Folder.objects.create(workspace=workspace, name="Finance")
    proposal = Proposal.objects.create(
        workflow=workflow, made_for=member.user, sentence="Greet", graph=greeting(), blanks=0
    )
    return {
        "workflow": workflow,
        "archived": archived.id,
        "unpublished": unpublished.id,
        "category": _category(),
        "draft": Draft.objects.get(workflow=workflow).token,
        "graph": greeting("good evening"),
        "version": Version.objects.get(workflow=workflow, number=1).id,
        "document": authoring.export_workflow(US, workflow),
        "folder": folder.id,
        "folder_grant": FolderGrant.objects.create(folder=folder, team=team, level="use").id,
        "template": authoring.save_template(US, workflow, name="Pattern", description="", category=_category()).id,
        "grant": WorkflowGrant.objects.create(workflow=workflow, team=team, level="use").id,
        "access_request": AccessRequest.objects.create(workflow=workflow, member=member, level="use").id,
        "proposal": proposal.id,
    }


def _category() -> str:
    return str(Template._meta.get_field("category").choices[0][0])


def _assets(workspace: Workspace, by: Any) -> dict[str, Any]:
    def asset(name: str, kind: str, *configs: dict[str, Any], task: str = "", runtime: str = "", **more: Any) -> Asset:
        made = Asset.objects.create(workspace=workspace, name=name, kind=kind, task=task, title=name.title(), **more)
        for number, config in enumerate(configs, 1):
            version = AssetVersion(asset=made, number=number, runtime=runtime, config=config)
            version.seal()
            version.save()
        AssetAlias.objects.create(asset=made, name="live", version=made.versions.get(number=1))
        return made

    model = asset("sorter", "model", {"labels": ["a"]}, {"labels": ["b"]}, task="classify_text", runtime="labels")
    first, second = model.versions.order_by("number")
    AssetAlias.objects.create(asset=model, name="spare", version=second)
    rows = asset("examples", "data_set", {"rows": 0})
    prompt = asset("greeter", "prompt", {"text": "Be kind"})
    put_away = asset("former", "prompt", {"text": "Be"}, archived_at=timezone.now())
    evaluation = Evaluation.objects.create(asset=model, version=first, data_set=rows.versions.get())
    payload = {"alias": "live", "before": 1, "after": 2}
    request = Request.objects.create(
        workspace=workspace,
        kind="asset.replacement",
        object_type="asset",
        object_id=model.id,
        object_name=model.title,
        payload=payload,
        content_hash=hash_of(payload),
        requester_id=by,
        reason="Better",
        expires_at=timezone.now() + LATER,
    )
    replacement = Replacement.objects.create(
        asset=model, alias="live", before=first, after=second, request=request, plan={"how": "at_once"}
    )
    team = Team.objects.get(workspace=workspace, name="Finance")
    return {
        "model": model.id,
        "asset_version": first.id,
        "data_set": rows.id,
        "prompt": prompt.id,
        "put_away": put_away.id,
        "evaluation": evaluation.id,
        "replacement": replacement.id,
        "hash": hash_of(payload).hex(),
        "asset_grant": AssetGrant.objects.create(asset=model, team=team, level="use").id,
        "alert": Alert.objects.create(workspace=workspace, asset=model, kind="errors", words={"text": "x"}).id,
        "training": Training.objects.create(workspace=workspace, asset=model, run=uuid4(), source="rows").id,
        "budget": Budget.objects.create(workspace=workspace, period="month", amount=5, at_limit="warn").id,
        "call_limit": CallLimit.objects.create(workspace=workspace, per_minute=5, each_person=True).id,
        "artifact": save_file(None, workspace.id, "note.txt", "text/plain", b"Good morning.").id,
    }


def _run(workspace: Workspace, workflow: Workflow, by: Any) -> dict[str, Any]:
    def run(status: RunStatus | None = None, **fields: Any) -> Run:
        made = start_run(US, workflow=workflow, start="start", payload={}, how="manual")
        if status is not None:
            Run.objects.filter(pk=made.pk).update(status=status, **fields)
        return made

    error = {"category": "permanent", "code": "x", "message": "No", "hint": "", "retryable": False}
    failed = run(RunStatus.FAILED, ended_at=timezone.now(), error=error)
    doubtful = run(RunStatus.WAITING)
    now = timezone.now()
    for made, status in ((failed, "failed"), (doubtful, "needs_review")):
        Step.objects.create(
            run_id=made.pk, step=2, node="greet", scope="", attempt=1, status=status, error=error, started_at=now
        )
    approver = User.objects.create(name="Anna Approver", email=fresh_email())
    Membership.objects.create(workspace=workspace, user=approver, roles=["approver"])
    open_run = run()

    def task(**fields: Any) -> HumanTask:
        given = {"step": 2, "title": "May it go out?", "shown": [], "roles": ["approver"], "created_at": now}
        return HumanTask.objects.create(id=uuid7(), workspace_id=workspace.id, run=open_run, **{**given, **fields})

    question = {"key": "ok", "label": "OK?", "type": "text", "required": True, "choices": [], "help": ""}
    mail = OutgoingMail.objects.create(
        workspace=workspace, run=open_run, key=uuid4(), message_id="<1@x>", to=["a@example.com"], subject="Hi",
        body="Hello", delivery="outbox",
    )  # fmt: skip
    return {
        "workflow": workflow.id,
        "run": open_run.id,
        "failed": failed.id,
        "paused": run(RunStatus.PAUSED).id,
        "doubtful": doubtful.id,
        "task": task().id,
        "taken": task(state="taken", assignee=approver).id,
        "form_task": task(kind="form", fields=[question], values={}).id,
        "approver": approver.id,
        "mail": mail.id,
    }
