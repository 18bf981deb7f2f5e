from __future__ import annotations

from typing import Any

from django.db import models


class PlainJson(models.JSONField):
    """`json`, not `jsonb`: jsonb rewrites numbers and the order of keys, and the hash of the text would not verify."""

    def db_type(self, connection: Any) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return value
