"""What the doors of assets share: finding one, reading requests."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from orchestrator.api.errors import NotFound
from orchestrator.assets.models import Asset, AssetAlias, AssetVersion
from orchestrator.assets.serializers import AssetSerializer
from orchestrator.governance import sharing
from orchestrator.governance.principal import principal_of


def found(request: Request, id: UUID) -> Asset:
    """The asset, for somebody who may look at it."""
    principal = principal_of(request)
    asset = Asset.objects.find(principal, id)
    sharing.require(principal, "asset:read", asset)
    return asset


def numbered(asset: Asset, number: int) -> AssetVersion:
    version = asset.versions.select_related("asset", "created_by").filter(number=number).first()
    if version is None:
        raise NotFound("no_version", f"There is no version {number} of it.")
    return version


def read(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    sent = serializer(data=data)
    sent.is_valid(raise_exception=True)
    return sent.validated_data


def answer(request: Request, asset: Asset, status: int = 200) -> Response:
    """The whole asset as it is now."""
    versions = Prefetch("versions", queryset=AssetVersion.objects.select_related("created_by").order_by("-number"))
    aliases = Prefetch("aliases", queryset=AssetAlias.objects.select_related("version").order_by("name"))
    rows = Asset.objects.with_live().select_related("owner", "evaluation_set").prefetch_related(versions, aliases)
    shown = AssetSerializer(rows.get(id=asset.id), context={"principal": principal_of(request)})
    return Response(shown.data, status=status)
