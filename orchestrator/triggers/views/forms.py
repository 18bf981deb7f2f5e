"""The doors of forms: the addresses that builders pass on, and the forms themselves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from builder.models import Workflow
from orchestrator.api import bodies
from orchestrator.api.errors import ProblemError
from orchestrator.artifacts.receiving import Capped, refuse_too_large
from orchestrator.governance.principal import principal_of
from orchestrator.triggers.actions import forms as actions
from orchestrator.triggers.forms import forms_of
from orchestrator.triggers.serializers import FormAddressSerializer, FormSerializer, ThanksSerializer


class FormsView(APIView):
    @extend_schema(responses=FormAddressSerializer(many=True))
    def get(self, request: Request, id: UUID) -> Response:
        """The forms of the draft and of what is live, with the addresses to pass on."""
        workflow = Workflow.objects.select_related("live_version").find(principal_of(request), id)
        return Response(FormAddressSerializer(forms_of(workflow), many=True).data)


class FormView(APIView):
    """Open to everybody who has the address; a form for the people of a workspace asks who it is."""

    parser_classes = (MultiPartParser, bodies.Json)
    found: actions.OpenForm

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        # Before the sign-in is checked: looking for the CSRF token reads the form, and with it the files.
        request.upload_handlers = [Capped(request)]
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_too_large(request._request)
        self.found = actions.find_form(principal_of(request), kwargs["slug"])
        if request.method == "POST":
            actions.count_answer(self.found, request.META.get("REMOTE_ADDR", ""))
        super().initial(request, *args, **kwargs)

    @extend_schema(operation_id="form", responses=FormSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What there is to fill in."""
        return Response(FormSerializer(self.found.config.model_dump()).data)

    @extend_schema(
        operation_id="form_send",
        request={"multipart/form-data": OpenApiTypes.OBJECT, "application/json": OpenApiTypes.OBJECT},
        responses={202: ThanksSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Send the answers by their keys, and `_key`, the same for the same form; 422 names each wrong answer."""
        message = actions.submit(principal_of(request), self.found, _sent(request))
        return Response({"message": message}, status=202)


def _sent(request: Request) -> actions.Sent:
    data = request.data
    if not isinstance(data, dict):
        raise ProblemError(400, "form_unreadable", "Send the answers as one object, by their keys.")
    files = {key: file for key in request.FILES if (file := request.FILES[key])}
    return actions.Sent(answers={key: data[key] for key in data if key not in files}, files=files)
