"""The door that tells what a table holds, before something is learned from it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import Invalid
from orchestrator.assets.errors import TableUnusable
from orchestrator.assets.learning import Rows, rows_of_data_set, rows_of_file
from orchestrator.assets.models import Asset, Kind
from orchestrator.assets.tables import Column, shown
from orchestrator.assets.views.reading import found, read
from orchestrator.governance import sharing
from orchestrator.governance.principal import principal_of

EXAMPLES = 3
LONGEST_EXAMPLE = 120


class TableOfSerializer(serializers.Serializer[Any]):
    file = serializers.UUIDField(required=False)
    data_set = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file" in attrs) == ("data_set" in attrs):
            raise serializers.ValidationError({"file": "Choose the file or the data set to learn from."})
        return attrs


class ColumnSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=["number", "choice", "text", "date"])
    missing = serializers.IntegerField(help_text="Rows without a value")
    different = serializers.IntegerField(help_text="Different values")
    examples = serializers.ListField(child=serializers.CharField())


class TableSerializer(serializers.Serializer[Any]):
    source = serializers.CharField()
    rows = serializers.IntegerField()
    columns = ColumnSerializer(many=True)


class TableView(APIView):
    @extend_schema(operation_id="asset_table", request=TableOfSerializer, responses=TableSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """The columns of a file or data set that the model could learn from."""
        asset = found(request, id)
        sharing.require(principal_of(request), "asset:modify", asset)
        wanted = read(TableOfSerializer, request.data)
        try:
            rows = _rows(request, asset, wanted)
        except TableUnusable as unusable:
            raise Invalid("table_unusable", str(unusable)) from unusable
        columns = [_described(column) for column in rows.table.columns]
        return Response(TableSerializer({"source": rows.source, "rows": rows.table.rows, "columns": columns}).data)


def _rows(request: Request, asset: Asset, wanted: dict[str, Any]) -> Rows:
    if "file" in wanted:
        return rows_of_file(asset.workspace_id, wanted["file"])
    data_set = found(request, wanted["data_set"])
    sharing.require(principal_of(request), "asset:consume", data_set)
    if data_set.kind != Kind.DATA_SET or data_set.workspace_id != asset.workspace_id:
        raise TableUnusable("Choose a data set of this workspace.")
    return rows_of_data_set(asset.workspace_id, data_set.name)


def _described(column: Column) -> dict[str, Any]:
    given = [shown(value) for value in column.values if value is not None]
    different = dict.fromkeys(given)
    return {
        "name": column.name,
        "kind": column.kind,
        "missing": len(column.values) - len(given),
        "different": len(different),
        "examples": [value[:LONGEST_EXAMPLE] for value in list(different)[:EXAMPLES]],
    }
