"""The ORM from threads of our own: the connection goes back to the pool when the call ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connections

Arguments = ParamSpec("Arguments")
Given = TypeVar("Given")


def in_database(function: Callable[Arguments, Given], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Given:
    try:
        return function(*args, **kwargs)
    finally:
        connections.close_all()
