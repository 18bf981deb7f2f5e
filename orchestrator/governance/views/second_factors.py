"""The picture that an authenticator app reads. Everything else about second factors is at the library's own doors."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from drf_spectacular.utils import extend_schema
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from orchestrator.api.errors import NotFound
from orchestrator.governance.models import User
from orchestrator.governance.principal import principal_of
from orchestrator.governance.sign_in_serializers import PictureSerializer


class TotpPictureView(APIView):
    @extend_schema(operation_id="totp_picture", responses=PictureSerializer)
    def get(self, request: Request) -> Response:
        """The secret that this session is setting up, as a QR code: squares of one, as the path of an SVG."""
        secret = request._request.session.get(SECRET_SESSION_KEY)
        if not secret:
            raise NotFound("no_setup", "Start setting up the authenticator app first.")
        user = User.objects.get(id=principal_of(request).id)
        code = QRCode(border=0, error_correction=ERROR_CORRECT_M)
        code.add_data(get_adapter().build_totp_url(user, secret))
        code.make()
        rows = code.get_matrix()
        dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
        return Response({"size": len(rows), "path": "".join(dark)}, headers={"Cache-Control": "no-store"})
