"""What the doors of authoring take and give. Only listed fields are read; unknown ones are ignored."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from builder import schema  # noqa: F401  (registers how a graph is described)
from builder.actions.publishing import open_request
from builder.gallery import origin_of
from builder.models import Callers, Draft, SampleFile, Status, Version, Workflow
from orchestrator.artifacts.serializers import FileRefSerializer
from orchestrator.governance.serializers import VERB_NAMES, FieldNamesField
from orchestrator.governance.sharing import may, verbs_on

NODE_KINDS = ["start", "step", "container"]
MOST_AT_ONCE = 500


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


class TagsField(serializers.ListField):
    """Words to find workflows by; the same word in other letters counts once."""

    child = serializers.CharField(max_length=40)

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        return list({tag.casefold(): tag for tag in reversed(super().to_internal_value(data))}.values())[::-1]


class WorkflowItemSerializer(serializers.ModelSerializer):
    tags = TagsField(read_only=True)
    folder = serializers.UUIDField(source="folder_id", read_only=True, allow_null=True)
    status = serializers.ChoiceField(choices=Status.choices, read_only=True)
    owner = AuthorSerializer(read_only=True, allow_null=True)
    version = serializers.IntegerField(source="live_version.number", read_only=True, allow_null=True, default=None)
    can = serializers.SerializerMethodField()

    class Meta:
        model = Workflow
        fields = [
            "id",
            "name",
            "description",
            "status",
            "starter",
            "owner",
            "changed_at",
            "version",
            "folder",
            "tags",
            "access",
            "can",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=VERB_NAMES)))
    def get_can(self, workflow: Workflow) -> list[str]:
        """What the person may do with it, by role or because it is shared with them."""
        verbs = verbs_on(self.context["principal"], workflow)
        return sorted(verb for verb in verbs if verb.startswith(("workflow:", "run:")))


class OriginSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()


class LiveVersionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Version
        fields = ["id", "number", "note", "published_at"]
        read_only_fields = fields


class WorkflowSerializer(WorkflowItemSerializer):
    workspace = serializers.UUIDField(source="workspace_id", read_only=True)
    archived = serializers.SerializerMethodField()
    hearers = AuthorSerializer(many=True, read_only=True)
    live_version = LiveVersionSerializer(read_only=True, allow_null=True)
    has_changes = serializers.SerializerMethodField()
    requests = serializers.SerializerMethodField()
    publishing_request = serializers.SerializerMethodField(help_text="What waits for a second person to go live")
    origin = serializers.SerializerMethodField()

    class Meta(WorkflowItemSerializer.Meta):
        fields = [
            *WorkflowItemSerializer.Meta.fields,
            "workspace",
            "archived",
            "live_version",
            "has_changes",
            "callable_by",
            "max_running",
            "requests",
            "publishing_request",
            "minutes_saved",
            "keep_days",
            "keep_none",
            "personal_fields",
            "pause_after",
            "paused_because",
            "hearers",
            "origin",
        ]
        read_only_fields = fields

    def get_archived(self, workflow: Workflow) -> bool:
        return workflow.archived_at is not None

    def get_requests(self, workflow: Workflow) -> int:
        """How many people ask for access; 0 for those who do not answer them."""
        answers = may(self.context["principal"], "workflow:share", workflow)
        return workflow.access_requests.count() if answers else 0

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_publishing_request(self, workflow: Workflow) -> UUID | None:
        asked = open_request(workflow)
        return asked.id if asked else None

    @extend_schema_field(OriginSerializer(allow_null=True))
    def get_origin(self, workflow: Workflow) -> dict[str, str] | None:
        """The template it was made from."""
        return origin_of(workflow)

    def get_has_changes(self, workflow: Workflow) -> bool:
        """Whether the draft differs from what is live."""
        live = workflow.live_version
        return live is None or bytes(live.content_hash) != bytes(workflow.draft.content_hash)


class NewWorkflowSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200)
    template = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    copy_of = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="A workflow to copy")
    folder = serializers.UUIDField(required=False, allow_null=True, default=None)


class WorkflowChangeSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(max_length=5000, required=False, allow_blank=True)
    tags = TagsField(required=False)
    minutes_saved = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=100_000, help_text="Of a person's time, by each run"
    )
    callable_by = serializers.ChoiceField(choices=Callers.choices, required=False)
    keep_days = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=1,
        max_value=3650,
        help_text="Days for which the data of ended runs is kept, if the workspace keeps it longer; null: as it says",
    )
    keep_none = serializers.BooleanField(required=False, help_text="Delete the data of runs that ended well at once")
    personal_fields = FieldNamesField(required=False)
    pause_after = serializers.IntegerField(
        required=False, allow_null=True, min_value=2, max_value=1000, help_text="Failed live runs in a row; null: never"
    )
    hearers = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=50, help_text="People told of failed live runs"
    )
    max_running = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=10_000, help_text="Runs worked on at once; null: any"
    )


class WorkflowFilterSerializer(serializers.Serializer):
    search = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Part of name or description"
    )
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    tag = serializers.CharField(max_length=40, required=False)
    owner = serializers.UUIDField(required=False)
    folder = serializers.CharField(max_length=36, required=False, help_text="A folder's id, or `none`: in no folder")
    below = serializers.BooleanField(default=False, help_text="Also those in the folders of `folder`")
    archived = serializers.BooleanField(default=False, help_text="Only those in the archive")

    def validate_folder(self, value: str) -> UUID | None:
        return None if value == "none" else serializers.UUIDField().to_internal_value(value)


class WorkflowBulkSerializer(serializers.Serializer):
    action = serializers.ChoiceField(choices=["archive", "restore", "delete", "move"])
    ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE)
    folder = serializers.UUIDField(required=False, allow_null=True, default=None, help_text="Where `move` puts them")


class WorkflowRefusedSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    code = serializers.CharField()
    message = serializers.CharField()


class WorkflowBulkAnswerSerializer(serializers.Serializer):
    done = serializers.ListField(child=serializers.UUIDField())
    refused = WorkflowRefusedSerializer(many=True)


class TagCountSerializer(serializers.Serializer):
    name = serializers.CharField()
    count = serializers.IntegerField()


class WorkflowFacetsSerializer(serializers.Serializer):
    tags = TagCountSerializer(many=True)
    owners = AuthorSerializer(many=True)


class FolderSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    parent = serializers.UUIDField(source="parent_id", allow_null=True)


class FolderItemSerializer(FolderSerializer):
    workflows = serializers.IntegerField(help_text="So many that one sees stand directly in it")


class NewFolderSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=100)
    parent = serializers.UUIDField(required=False, allow_null=True, default=None)


class FolderChangeSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=100, required=False)
    parent = serializers.UUIDField(required=False, allow_null=True)


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


class RunsAsSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="run_as_id", allow_null=True)
    name = serializers.CharField(
        source="runs_as_name", allow_blank=True, help_text="Empty: the product itself published it"
    )
    scopes = serializers.ListField(
        child=serializers.CharField(), allow_null=True, help_text="Verbs it may use in their name; null: all of theirs"
    )


class VersionItemSerializer(serializers.ModelSerializer):
    published_by = AuthorSerializer(read_only=True, allow_null=True)
    authored_by = AuthorSerializer(read_only=True, allow_null=True)
    approved_by = AuthorSerializer(read_only=True, allow_null=True)
    runs_as = RunsAsSerializer(source="*", read_only=True)
    live = serializers.SerializerMethodField()

    class Meta:
        model = Version
        fields = [
            *("id", "number", "note", "published_by", "published_at", "live"),
            *("authored_by", "approved_by", "request", "runs_as"),
        ]
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
