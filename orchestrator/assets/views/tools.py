"""The doors by which tools are taken from other systems."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.assets.actions import mcp, openapi
from orchestrator.assets.serializers import AssetVersionSerializer
from orchestrator.assets.tool_serializers import (
    AgainSerializer,
    InterfaceSerializer,
    McpServerSerializer,
    McpToolSerializer,
    SourceSerializer,
    TakeAgainSerializer,
    TakeMcpToolsSerializer,
    TakenSerializer,
    TakeOperationsSerializer,
)
from orchestrator.assets.views.reading import found, read
from orchestrator.governance.principal import principal_of


class InterfaceLookView(APIView):
    @extend_schema(operation_id="openapi_look", request=SourceSerializer, responses=InterfaceSerializer)
    def post(self, request: Request, workspace: UUID) -> Response:
        """What an OpenAPI document describes, and what of it cannot be called."""
        sent = read(SourceSerializer, request.data)
        looked = openapi.look_at_interface(principal_of(request), workspace, **sent)
        told = {
            "digest": looked.digest,
            "title": looked.interface.title,
            "operations": looked.interface.operations,
            "left_out": looked.interface.left_out,
        }
        return Response(InterfaceSerializer(told, context={"taken": looked.taken}).data)


class InterfaceTakeView(APIView):
    @extend_schema(
        operation_id="openapi_take", request=TakeOperationsSerializer, responses={201: TakenSerializer(many=True)}
    )
    def post(self, request: Request, workspace: UUID) -> Response:
        """Take operations as tools, live at once. 409 where the document is not what was looked at."""
        sent = read(TakeOperationsSerializer, request.data)
        made = openapi.take_operations(principal_of(request), workspace, **sent)
        return Response(TakenSerializer(made, many=True).data, status=201)


class McpLookView(APIView):
    @extend_schema(operation_id="mcp_look", request=McpServerSerializer, responses=McpToolSerializer(many=True))
    def post(self, request: Request, workspace: UUID) -> Response:
        """The tools that an MCP server offers."""
        seen = mcp.look_at_server(principal_of(request), workspace, **read(McpServerSerializer, request.data))
        return Response(McpToolSerializer(seen, many=True).data)


class McpTakeView(APIView):
    @extend_schema(operation_id="mcp_take", request=TakeMcpToolsSerializer, responses={201: TakenSerializer(many=True)})
    def post(self, request: Request, workspace: UUID) -> Response:
        """Take tools as the server describes them, live at once. 409 where that is not what was looked at."""
        made = mcp.take_tools(principal_of(request), workspace, **read(TakeMcpToolsSerializer, request.data))
        return Response(TakenSerializer(made, many=True).data, status=201)


class LookAgainView(APIView):
    @extend_schema(operation_id="mcp_look_again", request=None, responses=AgainSerializer)
    def post(self, request: Request, id: UUID) -> Response:
        """Ask the server whether the tool is still what it was when it was taken."""
        return Response(AgainSerializer(mcp.look_again(principal_of(request), found(request, id))).data)


class TakeAgainView(APIView):
    @extend_schema(operation_id="mcp_take_again", request=TakeAgainSerializer, responses={201: AssetVersionSerializer})
    def post(self, request: Request, id: UUID) -> Response:
        """Add a version with what the server says now. 409 where that is not what was looked at."""
        sent = read(TakeAgainSerializer, request.data)
        version = mcp.take_again(principal_of(request), found(request, id), **sent)
        return Response(AssetVersionSerializer(version).data, status=201)
