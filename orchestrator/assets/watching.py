"""Looks at the latest calls of the version that is live: do inputs or answers drift, do people agree, does it err."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from orchestrator.api.announcements import announce
from orchestrator.assets.actions.alerts import raise_alert
from orchestrator.assets.models import (
    AlertKind,
    Arm,
    Asset,
    AssetAlias,
    AssetCall,
    AssetVersion,
    Check,
    Judgement,
    Watch,
)
from orchestrator.assets.references import LIVE

if TYPE_CHECKING:
    from orchestrator.assets.drift.check import Drift

WINDOW = 500
"""Calls that are looked at, the latest ones."""
FEWEST = 20
"""Calls, or answers judged by people, below which a share means nothing."""
ANSWERS = {"label", "confidence", "score", "value"}
"""The traits that say what was answered; the others say what was asked."""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One reason for an alert."""

    kind: AlertKind
    over: bool
    value: float | None
    limit: float | None
    words: dict[str, Any]

    @property
    def about(self) -> str:
        """A drift stays the same drift while it moves on from answers to questions."""
        return "drift" if self.kind in (AlertKind.DRIFT_INPUT, AlertKind.DRIFT_OUTPUT) else self.kind


def look_at(asset_id: UUID) -> Check | None:
    """None: nothing is live, or nothing happened since the last look and nobody wants another."""
    asset = Asset.objects.filter(id=asset_id, archived_at=None).first()
    version = _live(asset) if asset is not None else None
    if asset is None or version is None:
        return None
    calls = list(_latest(version))
    last = Check.objects.filter(asset=asset, version=version).order_by("-id").first()
    newest = calls[0]["id"] if calls else None
    people = judged(version)
    again = Watch.objects.filter(asset=asset, asked=True).update(asked=False)
    told = last is not None and (last.last_call, last.judged) == (newest, people.judged)
    if told and not again:
        return None
    found = _drift(version, calls)
    answered = [call for call in calls if not call["code"]]
    with transaction.atomic():
        check = Check.objects.create(
            asset=asset,
            version=version,
            calls=len(answered),
            last_call=newest,
            drift=found.model_dump(mode="json") if found else None,
            drifted=found.found if found else False,
            score=found.score if found and found.by_trait else None,
            agreed=people.agreed,
            judged=people.judged,
            error_rate=1 - len(answered) / len(calls) if calls else None,
            p95_ms=_share(sorted(call["ms"] for call in answered), 0.95),
            confidence=_mean([call["confidence"] for call in answered if call["confidence"] is not None]),
        )
        _alert(asset, version, check, last)
        announce("asset.checked", asset_id=asset.id)
    return check


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What people made of the answers of a version, the latest ones."""

    judged: int
    agreed: int


def judged(version: AssetVersion) -> Judged:
    rows = Judgement.objects.filter(version=version).order_by("-id")[:WINDOW]
    agreed = list(rows.values_list("agreed", flat=True))
    return Judged(judged=len(agreed), agreed=sum(agreed))


def new_corrections(asset: Asset) -> int:
    """Answers that people put right since the version that is live was made: it has not learned from them."""
    corrected = Judgement.objects.filter(asset=asset, agreed=False, inputs__isnull=False)
    version = _live(asset)
    return corrected.filter(at__gt=version.created_at).count() if version else corrected.count()


def _live(asset: Asset) -> AssetVersion | None:
    alias = AssetAlias.objects.select_related("version").filter(asset=asset, name=LIVE).first()
    return alias.version if alias else None


def _latest(version: AssetVersion) -> Sequence[dict[str, Any]]:
    calls = AssetCall.objects.filter(version=version).exclude(arm=Arm.SHADOW).order_by("-at", "-id")
    return calls.values("id", "code", "ms", "confidence", "traits")[:WINDOW]


def _drift(version: AssetVersion, calls: Sequence[dict[str, Any]]) -> Drift | None:
    from orchestrator.assets.drift.check import check_drift  # heavy, and few processes ever look
    from orchestrator.assets.drift.traits import reference_of

    reference = reference_of(version.card)
    return None if reference is None else check_drift(reference, [call["traits"] for call in calls if not call["code"]])


def _alert(asset: Asset, version: AssetVersion, check: Check, last: Check | None) -> None:
    """Only of what was not so at the last look: who has seen an alert is not told the same again."""
    watch, _ = Watch.objects.get_or_create(asset=asset)
    over = [limit for limit in _limits(watch, check) if limit.over]
    check.over = [limit.about for limit in over]
    check.save(update_fields=["over"])
    for limit in over:
        if last is None or limit.about not in last.over:
            raise_alert(
                asset, kind=limit.kind, version=version, value=limit.value, limit=limit.limit, words=limit.words
            )


def _limits(watch: Watch, check: Check) -> list[Limit]:
    agreement = check.agreed / check.judged if check.judged >= FEWEST else None
    many = check.calls >= FEWEST
    errors = check.error_rate if many or (check.error_rate or 0) == 1 else None
    drift = check.drift or {}
    traits = [each["name"] for each in drift.get("by_trait", ()) if each["drifted"]]
    asked = [name for name in traits if name not in ANSWERS]
    kind = AlertKind.DRIFT_INPUT if asked else AlertKind.DRIFT_OUTPUT
    words = {"text": drift.get("words", ""), "traits": traits, "calls": check.calls}
    return [
        Limit(kind=kind, over=watch.drift and check.drifted, value=check.score, limit=None, words=words),
        Limit(
            kind=AlertKind.QUALITY,
            over=_below(agreement, watch.agreement_at_least),
            value=agreement,
            limit=watch.agreement_at_least,
            words={"text": f"People agree with {agreement or 0:.0%} of {check.judged:,} answers."},
        ),
        Limit(
            kind=AlertKind.ERRORS,
            over=_below(watch.errors_at_most, errors),
            value=errors,
            limit=watch.errors_at_most,
            words={"text": f"{errors or 0:.0%} of the last calls failed."},
        ),
        Limit(
            kind=AlertKind.LATENCY,
            over=_below(watch.p95_at_most_ms, check.p95_ms if many else None),
            value=check.p95_ms,
            limit=watch.p95_at_most_ms,
            words={"text": f"One call in twenty takes more than {check.p95_ms or 0:,.0f} ms."},
        ),
    ]


def _below(low: float | None, high: float | None) -> bool:
    return low is not None and high is not None and low < high


def _share(values: Sequence[float], share: float) -> float | None:
    return round(values[min(int(len(values) * share), len(values) - 1)], 2) if values else None


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
