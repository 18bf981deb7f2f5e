"""The page that loads the browser application."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe
from django_vite.core.exceptions import DjangoViteAssetNotFoundError

NO_FRONT_END = "The browser application has not been built yet. Run `make up` in the folder of Tutti, then load again."


@never_cache
@ensure_csrf_cookie
@require_safe
def application(request: HttpRequest) -> HttpResponse:
    """The page that loads the browser application; which screen it shows is the browser's business."""
    try:
        return render(request, "app.html")
    except DjangoViteAssetNotFoundError:
        return HttpResponse(NO_FRONT_END, status=503, content_type="text/plain; charset=utf-8")
