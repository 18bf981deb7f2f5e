"""Replacing the version that a name means: asked for, agreed to by a second person, tried with real calls, and ended.

The name is moved at the very end, in one transaction; until then one statement takes the trial back.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orchestrator.api.announcements import announce
from orchestrator.api.errors import Conflict, Invalid
from orchestrator.assets.actions.alerts import raise_alert
from orchestrator.assets.actions.aliases import move
from orchestrator.assets.actions.evaluations import ask_evaluation
from orchestrator.assets.actions.locking import locked_row, record, refuse_archived
from orchestrator.assets.data_sets import EVALUATED
from orchestrator.assets.evaluations import Evaluation
from orchestrator.assets.models import AlertKind, Asset, AssetAlias, AssetVersion
from orchestrator.assets.references import LIVE
from orchestrator.assets.replacements import TRYING, Plan, Replacement, ReplacementState
from orchestrator.assets.versions import forget
from orchestrator.governance import sharing
from orchestrator.governance.actions import requests
from orchestrator.governance.models import Request, RequestState
from orchestrator.governance.principal import Principal, system
from orchestrator.governance.requests import RequestKind

KIND = "asset.replacement"


def _seen(principal: Principal, workspace_id: UUID) -> Q:
    return Q(object_id__in=Asset.objects.filter(workspace_id=workspace_id).visible_to(principal).values("id"))


def _authors(version: AssetVersion) -> list[UUID | None]:
    """Who made it; where a program did, also who answers for that."""
    made = version.created_by
    return [made.id, made.owner_id] if made else []


def _decides(principal: Principal, request: Request) -> bool:
    asset = Asset.objects.filter(id=request.object_id).first()
    return asset is not None and sharing.may(principal, "asset:replace", asset)


REQUESTS = RequestKind(verb="asset:replace", seen=_seen, decides=_decides)
ALERTS = {"errors": AlertKind.ERRORS, "latency": AlertKind.LATENCY, "agreement": AlertKind.QUALITY}
"""What the bell says of a trial that was taken back, by why it was."""
REFUSED = {
    RequestState.VOID: "What it was about has changed.",
    RequestState.DECLINED: "It was declined.",
    RequestState.WITHDRAWN: "It was taken back by whoever asked.",
    RequestState.EXPIRED: "Nobody decided within seven days.",
}


def ask_replacement(version: AssetVersion, alias: str, how: Plan, reason: str, by: Principal) -> Replacement:
    """Ask that `alias` means `version` from now on; a second person decides, then it is tried as `how` says.

    Both versions are measured meanwhile, and what the users of the asset have kept is tried with both.
    """
    with transaction.atomic():
        asset = locked_row(version.asset)
        sharing.require(by, "asset:modify", asset)
        refuse_archived(asset)
        before = _meant(asset, alias)
        _refuse_unfit(asset, alias, before, version)
        request = requests.ask(
            by,
            asset.workspace_id,
            kind=KIND,
            subject=requests.Subject(type="asset", id=asset.id, name=asset.title),
            payload={
                "alias": alias,
                "before": _named(before),
                "after": _named(version),
                "plan": how.model_dump(mode="json"),
            },
            reason=reason,
            authors=_authors(version),
        )
        replacement = Replacement.objects.create(
            id=request.id,
            asset=asset,
            alias=alias,
            before=before,
            after=version,
            request=request,
            plan=how.model_dump(mode="json"),
        )
        _measure(asset, replacement)
        announce("replacement.asked", replacement=replacement.id)
    return replacement


def decide_replacement(
    principal: Principal, replacement: Replacement, *, approve: bool, reason: str, content_hash: str
) -> Replacement:
    """Agree or decline. What is agreed to begins in the same transaction; `content_hash` is what the person saw."""
    sharing.require(principal, "asset:replace", replacement.asset)
    try:
        seen = bytes.fromhex(content_hash)
    except ValueError as error:
        raise Invalid("request_changed", "This is not the request that you looked at. Load the page again.") from error
    requests.decide(principal, replacement.request_id, approve=approve, reason=reason, content_hash=seen)
    replacement.refresh_from_db()
    return replacement


def withdraw_replacement(principal: Principal, replacement: Replacement) -> Replacement:
    requests.withdraw(principal, replacement.request_id)
    replacement.refresh_from_db()
    return replacement


def begin(request: UUID, principal: Principal) -> None:
    """Somebody agreed: try it, or move the name at once. Subscribes to `request.approved`."""
    agreed = Request.objects.select_related("decider").get(id=request)
    if agreed.kind != KIND:
        return
    replacement = Replacement.objects.select_related("asset", "before", "after").get(request_id=request)
    asset, plan = locked_row(replacement.asset), replacement.read_plan
    refuse_archived(asset)
    if _meant(asset, replacement.alias).id != replacement.before_id or not replacement.after.is_intact:
        raise Conflict("request_outdated", "Things have changed since this was asked for. Decline it, and ask again.")
    if plan.how == "at_once":
        _finish(system("replacement"), replacement, asset, "")
        return
    replacement.state = ReplacementState(plan.how)
    replacement.stage_at = timezone.now()
    replacement.save(update_fields=["state", "stage_at"])
    forget(asset.workspace_id, asset.name, replacement.alias)
    record(system("replacement"), "asset.trial_began", asset, after={**_facts(replacement), "how": plan.how})


def refuse(request: UUID) -> None:
    """Nobody agreed. Subscribes to `request.refused`."""
    refused = Request.objects.get(id=request)
    if refused.kind == KIND:
        Replacement.objects.filter(request_id=request, state=ReplacementState.ASKED).update(
            state=ReplacementState.REFUSED, ended_because=REFUSED[RequestState(refused.state)]
        )


def finish_replacement(principal: Principal, replacement: Replacement, *, reason: str = "") -> Replacement:
    """The trial was good enough: the name means the new version from now on."""
    with transaction.atomic():
        asset = locked_row(replacement.asset)
        sharing.require(principal, "asset:replace", asset)
        refuse_archived(asset)
        held = _locked(replacement, TRYING, "There is no trial under way. Load the page again.")
        _finish(principal, held, asset, reason)
    return held


def take_back(principal: Principal, replacement: Replacement, *, reason: str = "") -> Replacement:
    """The old version answers again, at once: a trial ends, and a name that was moved is moved back. Runs under way
    keep the version they asked."""
    with transaction.atomic():
        asset = locked_row(replacement.asset)
        sharing.require(principal, "asset:replace", asset)
        states = (*TRYING, ReplacementState.DONE)
        held = _locked(replacement, states, "There is nothing to take back any more. Load the page again.")
        if held.state in TRYING:
            _stop(principal, held, asset, reason or "Somebody took it back.")
            return held
        if _meant(asset, held.alias).id != held.after_id:
            raise Conflict("moved_since", "The name means another version by now. Roll that back instead.")
        move(principal, asset, held.alias, held.before, reason, request=held.request_id)
        held.state, held.ended_because = ReplacementState.TAKEN_BACK, reason or "Somebody took it back."
        held.save(update_fields=["state", "ended_because"])
    return held


def stop_trial(replacement: Replacement, judged: dict[str, Any], because: str) -> None:
    """The new version is worse. Nothing happens where somebody has ended the trial meanwhile."""
    with transaction.atomic():
        asset = locked_row(replacement.asset)
        if held := _tried(replacement, judged):
            _stop(system("replacement"), held, asset, because)
            for reason in judged["reasons"]:
                raise_alert(
                    asset,
                    kind=ALERTS[reason["kind"]],
                    version=held.after,
                    value=reason["value"],
                    limit=reason["limit"],
                    words={"text": reason["words"]},
                )


def finish_trial(replacement: Replacement, judged: dict[str, Any]) -> None:
    """Enough calls, and nothing is worse. Nothing happens where somebody has ended the trial meanwhile."""
    with transaction.atomic():
        asset = locked_row(replacement.asset)
        if held := _tried(replacement, judged):
            _finish(system("replacement"), held, asset, "")


def _tried(replacement: Replacement, judged: dict[str, Any]) -> Replacement | None:
    rows = Replacement.objects.trying().select_for_update(of=("self",)).select_related("before", "after", "request")
    held = rows.filter(id=replacement.id).first()
    if held is not None:
        held.judged = judged
    return held


def _stop(principal: Principal, replacement: Replacement, asset: Asset, because: str) -> None:
    replacement.state, replacement.ended_because = ReplacementState.STOPPED, because
    replacement.save(update_fields=["state", "ended_because", "judged"])
    requests.finish(replacement.request_id)
    forget(asset.workspace_id, asset.name, replacement.alias)
    record(principal, "asset.trial_stopped", asset, after=_facts(replacement), reason=because)


def _finish(principal: Principal, replacement: Replacement, asset: Asset, reason: str) -> None:
    replacement.state, replacement.ended_because = ReplacementState.DONE, reason
    replacement.save(update_fields=["state", "ended_because", "judged"])
    requests.finish(replacement.request_id)
    told = reason or replacement.request.reason
    move(principal, asset, replacement.alias, replacement.after, told, request=replacement.request_id)


def _measure(asset: Asset, replacement: Replacement) -> None:
    """By the data set of the asset, where it has one: on behalf of the product, which shows the reports to both."""
    cases = asset.evaluation_set
    live = None if cases is None else AssetAlias.objects.filter(asset=cases, name=LIVE).first()
    if asset.task not in EVALUATED or live is None or live.version.artifact_id is None or cases.archived_at is not None:
        return
    replacement.before_report = _report(replacement.before)
    replacement.after_report = _report(replacement.after)
    replacement.save(update_fields=["before_report", "after_report"])


def _report(version: AssetVersion) -> Evaluation:
    return ask_evaluation(system("replacement"), version)


def _refuse_unfit(asset: Asset, alias: str, before: AssetVersion, version: AssetVersion) -> None:
    if before.id == version.id:
        raise Invalid("same_version", "This name means that version already. Choose another one.")
    if not version.is_intact:
        raise Conflict("version_altered", "This version was changed since it was registered. Add it again.")
    if Replacement.objects.open_for(asset.id, alias).exists():
        raise Conflict("replacement_open", "Another replacement of this name is open. Settle that one first.")


def _meant(asset: Asset, alias: str) -> AssetVersion:
    found = AssetAlias.objects.select_related("version").filter(asset=asset, name=alias).first()
    if found is None:
        raise Conflict("nothing_to_replace", "This name means no version yet. Set it directly: nothing is replaced.")
    return found.version


def _locked(replacement: Replacement, states: tuple[str, ...], otherwise: str) -> Replacement:
    rows = Replacement.objects.select_for_update(of=("self",)).select_related("before", "after", "request")
    held = rows.get(id=replacement.id)
    if held.state not in states:
        raise Conflict("replacement_settled", otherwise)
    return held


def _named(version: AssetVersion) -> dict[str, Any]:
    return {"number": version.number, "id": str(version.id), "hash": bytes(version.content_hash).hex()}


def _facts(replacement: Replacement) -> dict[str, Any]:
    return {
        "alias": replacement.alias,
        "version": replacement.after.number,
        "before": replacement.before.number,
        "request": str(replacement.request_id),
    }
