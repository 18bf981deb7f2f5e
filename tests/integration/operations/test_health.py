from __future__ import annotations

import socket

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_alive(client: Client) -> None:
    assert client.get("/health/live").json() == {"live": True}


def test_ready_when_database_and_broker_answer(client: Client) -> None:
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": True, "broker": True})


def test_not_ready_without_broker(client: Client, settings: Settings) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{nobody.getsockname()[1]}/0"
        answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "database": True, "broker": False})


@pytest.mark.parametrize("address", ["/api/nothing-here", "/hooks", "/static/nothing.js", "/_allauth/nothing"])
def test_an_address_that_does_not_exist_is_answered_as_a_problem(client: Client, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "no_such_address"


def test_the_description_of_the_api_is_for_people_who_are_signed_in(client: Client) -> None:
    assert client.get("/api/schema").status_code == 401
