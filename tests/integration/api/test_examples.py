"""The API description is whole: its examples are what the doors take and give, and it says how programs come in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from orchestrator.api.examples import EXAMPLES, operations
from orchestrator.governance.models import Membership, User, Workspace


@pytest.fixture
def description(db: None) -> dict[str, Any]:
    user = User.objects.create(name="Finn", email="finn@example.com")
    Membership.objects.create(workspace=Workspace.objects.create(name="Harbour"), user=user, roles=["viewer"])
    browser = Client()
    browser.force_login(user)
    answer = browser.get("/api/schema", headers={"accept": "application/json"})
    assert answer.status_code == 200
    return dict(answer.json())


def test_every_example_is_what_its_door_takes_and_gives(description: dict[str, Any]) -> None:
    found = {one["operationId"]: one for one in operations(description)}
    assert sorted(EXAMPLES.keys() - found.keys()) == []
    shown = 0
    for name in EXAMPLES:
        bodies = [found[name].get("requestBody", {}), *found[name]["responses"].values()]
        for content in (body.get("content", {}).get("application/json", {}) for body in bodies):
            if "example" in content:
                shown += 1
                schema = {**content["schema"], "components": description["components"]}
                Draft202012Validator(schema).validate(content["example"])
    assert shown >= len(EXAMPLES)


def test_it_says_how_programs_come_in(description: dict[str, Any]) -> None:
    [scheme] = description["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert all({"token": []} in one["security"] for one in operations(description))
