"""What the doors of authoring take and give. Only listed fields are read; unknown ones are ignored."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from builder import schema  # noqa: F401  (registers how a graph is described)
from builder.models import Callers, Draft, SampleFile, Status, Version, Workflow
from builder.starters.folders import Starter
from orchestrator.artifacts.serializers import FileRefSerializer

NODE_KINDS = ["start", "step", "container"]


class GraphField(serializers.JSONField):
    """A graph document. Its shape is checked by the engine; its description comes from the engine's dataclasses."""


class AuthorSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    code = serializers.CharField()
    node = serializers.CharField(allow_null=True)
    field = serializers.CharField(allow_null=True)
    message = serializers.CharField()
    hint = serializers.CharField()


class WorkflowItemSerializer(serializers.ModelSerializer):
    status = serializers.ChoiceField(choices=Status.choices, read_only=True)
    owner = AuthorSerializer(read_only=True, allow_null=True)
    version = serializers.IntegerField(source="live_version.number", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Workflow
        fields = ["id", "name", "description", "status", "starter", "owner", "changed_at", "version"]
        read_only_fields = fields


class LiveVersionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Version
        fields = ["id", "number", "note", "published_at"]
        read_only_fields = fields


class WorkflowSerializer(WorkflowItemSerializer):
    workspace = serializers.UUIDField(source="workspace_id", read_only=True)
    archived = serializers.SerializerMethodField()
    live_version = LiveVersionSerializer(read_only=True, allow_null=True)
    has_changes = serializers.SerializerMethodField()

    class Meta(WorkflowItemSerializer.Meta):
        fields = [
            *WorkflowItemSerializer.Meta.fields,
            "workspace",
            "archived",
            "live_version",
            "has_changes",
            "callable_by",
            "max_running",
        ]
        read_only_fields = fields

    def get_archived(self, workflow: Workflow) -> bool:
        return workflow.archived_at is not None

    def get_has_changes(self, workflow: Workflow) -> bool:
        """Whether the draft differs from what is live."""
        live = workflow.live_version
        return live is None or bytes(live.content_hash) != bytes(workflow.draft.content_hash)


class NewWorkflowSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    template = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)


class WorkflowChangeSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    callable_by = serializers.ChoiceField(choices=Callers.choices, required=False)
    max_running = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=10_000, help_text="Runs worked on at once; null: any"
    )


class WorkflowFilterSerializer(serializers.Serializer):
    search = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Part of name or description"
    )
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    archived = serializers.BooleanField(default=False, help_text="Only those in the archive")


class DraftSaveSerializer(serializers.Serializer):
    graph = GraphField()


class SavedSerializer(serializers.Serializer):
    token = serializers.UUIDField(source="draft.token")
    problems = ProblemSerializer(many=True)
    changed_at = serializers.DateTimeField(source="draft.changed_at")


class DraftSerializer(serializers.ModelSerializer):
    graph = GraphField(read_only=True)
    problems = serializers.SerializerMethodField()
    changed_by = AuthorSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Draft
        fields = ["graph", "token", "problems", "changed_by", "changed_at"]
        read_only_fields = fields

    @extend_schema_field(ProblemSerializer(many=True))
    def get_problems(self, draft: Draft) -> list[dict[str, Any]]:
        return [problem.as_json() for problem in self.context["problems"]]


class PublishSerializer(serializers.Serializer):
    note = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class VersionItemSerializer(serializers.ModelSerializer):
    published_by = AuthorSerializer(read_only=True, allow_null=True)
    live = serializers.SerializerMethodField()

    class Meta:
        model = Version
        fields = ["id", "number", "note", "published_by", "published_at", "live"]
        read_only_fields = fields

    def get_live(self, version: Version) -> bool:
        """Whether this is the one that starts use."""
        return version.workflow.live_version_id == version.pk


class VersionSerializer(VersionItemSerializer):
    workflow = serializers.UUIDField(source="workflow_id", read_only=True)
    graph = GraphField(read_only=True)

    class Meta(VersionItemSerializer.Meta):
        fields = [*VersionItemSerializer.Meta.fields, "workflow", "graph"]
        read_only_fields = fields


class TemplateSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    steps = serializers.SerializerMethodField()

    def get_steps(self, starter: Starter) -> int:
        return len(starter.graph.nodes)


class SampleFileSerializer(serializers.ModelSerializer):
    file = FileRefSerializer(source="artifact.as_ref", read_only=True)

    class Meta:
        model = SampleFile
        fields = ["name", "title", "description", "starter", "file"]
        read_only_fields = fields


class PortSerializer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField(allow_blank=True)


class NodeTypeSerializer(serializers.Serializer):
    key = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    category = serializers.CharField()
    icon = serializers.CharField()
    kind = serializers.ChoiceField(choices=NODE_KINDS)
    ports = PortSerializer(many=True)
    dynamic_ports = serializers.BooleanField(help_text="The ports follow from the settings.")
    config_schema = serializers.DictField(help_text="JSON Schema of the settings.")
    output_schema = serializers.DictField(allow_null=True, help_text="JSON Schema of the output, where it is known.")
    effect = serializers.ChoiceField(choices=["pure", "idempotent", "keyed", "reconcilable", "at_most_once"])


NodeTypesSerializer = inline_serializer("NodeTypes", {"results": NodeTypeSerializer(many=True)})
