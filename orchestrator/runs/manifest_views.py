"""The door to what a run was made of."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.assets.models import Arm, Kind
from orchestrator.governance.principal import principal_of
from orchestrator.runs.manifest import manifest
from orchestrator.runs.outside_calls import OutsideKind
from orchestrator.runs.requests import visible_run
from orchestrator.runs.serializers import HOWS, STATUSES, STEP_STATUSES, NamedSerializer

MISSING = (
    *("under_way", "version_unusable", "value_gone", "file_gone"),
    *("model_varies", "asset_archived", "outside_world", "person_decides"),
)


class ManifestStepSerializer(serializers.Serializer):
    step = serializers.IntegerField()
    node = serializers.CharField()
    name = serializers.CharField()
    type = serializers.CharField(allow_blank=True)
    type_version = serializers.IntegerField(allow_null=True)
    effect = serializers.CharField(allow_blank=True)
    status = serializers.ChoiceField(choices=STEP_STATUSES)
    attempts = serializers.IntegerField()
    digest = serializers.CharField(allow_blank=True, help_text="Salted SHA-256 of what it gave")
    kept = serializers.BooleanField(help_text="Whether what it gave is still there")


class ManifestAskedSerializer(serializers.Serializer):
    host = serializers.CharField()
    model = serializers.CharField(allow_blank=True, help_text="As the provider calls it")
    parameters = serializers.DictField(help_text="In the words of the provider")


class ManifestAssetSerializer(serializers.Serializer):
    asset = NamedSerializer()
    kind = serializers.ChoiceField(choices=Kind.choices)
    version = serializers.IntegerField()
    content_hash = serializers.CharField()
    varies = serializers.BooleanField(help_text="It answers over HTTP and may say something else another time")
    asked = ManifestAskedSerializer(
        allow_null=True,
        help_text="The provider that was asked. Null: it answers here, or is not for this person",
    )
    archived = serializers.BooleanField()
    arm = serializers.ChoiceField(choices=Arm.choices)
    node = serializers.CharField()
    calls = serializers.IntegerField()


class ManifestFileSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    sha256 = serializers.CharField(allow_blank=True)
    size = serializers.IntegerField(allow_null=True)
    kept = serializers.BooleanField()


class ManifestOutsideSerializer(serializers.Serializer):
    host = serializers.CharField()
    port = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=OutsideKind.choices)
    node = serializers.CharField()
    calls = serializers.IntegerField()
    bytes = serializers.IntegerField()


class ManifestPersonSerializer(serializers.Serializer):
    task = serializers.UUIDField()
    step = serializers.IntegerField()
    title = serializers.CharField()
    decision = serializers.CharField()
    by = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField(allow_null=True)


class MissingSerializer(serializers.Serializer):
    code = serializers.ChoiceField(choices=MISSING)
    node = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True, help_text="Of the step or the file")


class ManifestSerializer(serializers.Serializer):
    run = serializers.UUIDField()
    status = serializers.ChoiceField(choices=STATUSES)
    mode = serializers.ChoiceField(choices=["live", "test"])
    how = serializers.ChoiceField(choices=HOWS)
    start = serializers.CharField(allow_blank=True, help_text="Key of the step it began with")
    started_by = NamedSerializer(allow_null=True)
    signed_in_by = serializers.CharField(allow_blank=True)
    token = NamedSerializer(allow_null=True)
    acts_for = serializers.CharField(help_text="On whose authority its steps act")
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    events = serializers.IntegerField(help_text="So many entries its log has")
    head = serializers.CharField(help_text="Hash of the last of them, which is sealed into the trail")
    workflow = NamedSerializer()
    version = serializers.IntegerField(allow_null=True)
    content_hash = serializers.CharField(help_text="SHA-256 of the version's graph")
    steps = ManifestStepSerializer(many=True)
    assets = ManifestAssetSerializer(many=True)
    files = ManifestFileSerializer(many=True)
    outside = ManifestOutsideSerializer(many=True)
    people = ManifestPersonSerializer(many=True)
    missing = MissingSerializer(many=True, help_text="Why the result could be another one; empty: it could not")


class ManifestView(APIView):
    @extend_schema(operation_id="run_manifest", responses=ManifestSerializer)
    def get(self, request: Request, id: UUID) -> Response:
        """What a run was made of, and whether its result can be had once more."""
        run = visible_run(request, id, "run:payload")
        return Response(ManifestSerializer(manifest(principal_of(request), run)).data)
