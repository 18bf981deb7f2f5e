"""The doors of templates."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder import actions
from builder.gallery import offer, offers
from builder.models import Workflow
from builder.serializers import AuthorSerializer, GraphField
from builder.template import Category, Template
from builder.views.reading import member, read
from orchestrator.api.errors import NotFound
from orchestrator.governance.principal import principal_of

CATEGORIES = Category.choices


class NeedsSerializer(serializers.Serializer):
    connections = serializers.ListField(child=serializers.CharField(), help_text="Accounts, each once, in run order")
    models = serializers.ListField(child=serializers.CharField())
    workflows = serializers.ListField(child=serializers.CharField())
    types = serializers.ListField(child=serializers.CharField(), help_text="Step types that are not installed here")
    blanks = serializers.IntegerField(help_text="Other settings that were left open")


class TemplateSerializer(serializers.Serializer):
    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    category = serializers.ChoiceField(choices=CATEGORIES)
    steps = serializers.IntegerField()
    own = serializers.BooleanField(help_text="A template of this workspace, not one that ships")
    by = AuthorSerializer(source="row.created_by", allow_null=True, default=None)
    needs = NeedsSerializer()


class TemplateDetailSerializer(TemplateSerializer):
    graph = GraphField(source="document")


class NewTemplateSerializer(serializers.Serializer):
    workflow = serializers.UUIDField()
    name = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=5000, required=False, default="", allow_blank=True)
    category = serializers.ChoiceField(choices=CATEGORIES)


class TemplatesView(APIView):
    @extend_schema(responses=TemplateSerializer(many=True))
    def get(self, request: Request, workspace: UUID) -> Response:
        """What a workflow can be made from: the workspace's own templates and the starters that ship."""
        principal = member(request, workspace)
        return Response(TemplateSerializer(offers(principal, workspace), many=True).data)

    @extend_schema(request=NewTemplateSerializer, responses={201: TemplateSerializer})
    def post(self, request: Request, workspace: UUID) -> Response:
        """Keep a workflow as a template, without its accounts, files and secrets."""
        principal = member(request, workspace)
        sent = read(NewTemplateSerializer, request)
        workflow = Workflow.objects.filter(workspace_id=workspace).find(principal, sent.pop("workflow"))
        template = actions.save_template(principal, workflow, **sent)
        return Response(TemplateSerializer(offer(workspace, str(template.pk))).data, status=201)


class TemplateView(APIView):
    @extend_schema(operation_id="template", responses=TemplateDetailSerializer)
    def get(self, request: Request, workspace: UUID, key: str) -> Response:
        """A template with its graph, to look at before it is used."""
        member(request, workspace)
        found = offer(workspace, key)
        if found is None:
            raise NotFound()
        return Response(TemplateDetailSerializer(found).data)

    @extend_schema(operation_id="template_delete", responses={204: None})
    def delete(self, request: Request, workspace: UUID, key: str) -> Response:
        """Take one of the workspace's own out of the gallery; workflows made from it stay."""
        principal = principal_of(request)
        found = offer(workspace, key)
        if found is None or found.row is None:
            raise NotFound()
        actions.delete_template(principal, Template.objects.find(principal, found.row.pk))
        return Response(status=204)
