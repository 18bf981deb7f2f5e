from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django_vite.core.asset_loader import DjangoViteAssetLoader
from pytest_django.fixtures import Settings

ENTRY = {
    "src/main.tsx": {"file": "assets/main-1.js", "src": "src/main.tsx", "isEntry": True, "css": ["assets/m-1.css"]}
}


def reload_manifest(settings: Settings, manifest: Path) -> None:
    settings.DJANGO_VITE = {
        "default": {**settings.DJANGO_VITE["default"], "dev_mode": False, "manifest_path": manifest}
    }
    DjangoViteAssetLoader._instance = None


@pytest.fixture
def built(tmp_path: Path, settings: Settings) -> Iterator[None]:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(ENTRY))
    reload_manifest(settings, manifest)
    yield
    DjangoViteAssetLoader._instance = None


@pytest.fixture
def not_built(tmp_path: Path, settings: Settings) -> Iterator[None]:
    reload_manifest(settings, tmp_path / "manifest.json")
    yield
    DjangoViteAssetLoader._instance = None


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("path", ["/", "/workflows", "/workflows/0198/versions", "/sign-in", "/no/such/screen"])
def test_every_address_of_the_browser_loads_the_application(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert '<div id="root">' in answer.content.decode()
    assert "/static/build/assets/main-1.js" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "csrftoken" in answer.cookies


@pytest.mark.usefixtures("built")
def test_the_page_carries_the_nonce_that_its_policy_allows() -> None:
    answer = Client().get("/")
    found = re.search(r'name="csp-nonce" content="([^"]+)"', answer.content.decode())
    assert found is not None
    assert f"'nonce-{found.group(1)}'" in answer["Content-Security-Policy"]
    assert "<noscript>" in answer.content.decode()


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize("path", ["/api/no-such-door", "/hooks", "/static/none.js", "/ws/runs/1", "/health/none"])
def test_addresses_of_others_are_not_answered_with_the_page(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404
    assert b'id="root"' not in answer.content


@pytest.mark.usefixtures("built")
def test_the_page_changes_nothing() -> None:
    assert Client().post("/").status_code == 405


@pytest.mark.usefixtures("not_built")
def test_a_missing_front_end_says_what_to_do() -> None:
    answer = Client().get("/")
    assert answer.status_code == 503
    assert "make up" in answer.content.decode()
