"""How often one address may try a link."""

from __future__ import annotations

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

WINDOW_S = 60


class LinkThrottle(BaseThrottle):
    """At most `attempts` a minute from one network address, counted in one step so that parallel requests count too."""

    attempts = 20

    def allow_request(self, request: Request, view: APIView) -> bool:
        key = f"governance.links:{type(view).__name__}:{request.META.get('REMOTE_ADDR', '')}"
        cache.add(key, 0, WINDOW_S)
        try:
            return cache.incr(key) <= self.attempts
        except ValueError:  # the window ended between the two steps
            return True

    def wait(self) -> float:
        return WINDOW_S


class CompanyThrottle(LinkThrottle):
    """Nothing can be guessed here; a whole office comes from one address in the morning."""

    attempts = 120
