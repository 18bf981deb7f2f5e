"""The door to what people change about themselves."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.governance.actions.profile import change_profile
from orchestrator.governance.principal import principal_of
from orchestrator.governance.serializers import ProfileSerializer, SessionPersonSerializer


class ProfileView(APIView):
    @extend_schema(operation_id="profile_change", request=ProfileSerializer, responses=SessionPersonSerializer)
    def patch(self, request: Request) -> Response:
        """Change one's name, and any of one's preferences; those that are left out stay."""
        data = ProfileSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        user = change_profile(principal_of(request), **data.validated_data)
        return Response(SessionPersonSerializer(user).data)
