"""Production refuses what is unsafe, and says what to do instead (A25)."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.production import refusals

ROOT = Path(__file__).parents[2]
KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
SAFE = {
    "SECRET_KEY": "nV3kq8ZyT1rXw5LpB7mCf2GdHs9JtQ4uEaRo6iNx",
    "FIELD_KEYS": f"k1:{KEY}",
    "DATABASE_URL": "postgres://tutti:w8Rk2Zq7LmX4@db.internal:5432/tutti",
    "REDIS_URL": "rediss://:Jq5vT9nYc3Bd@broker.internal:6379/0",
    "PUBLIC_URL": "https://tutti.firm.test",
    "ALLOWED_HOSTS": "tutti.firm.test",
}
UNSAFE = [
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 60),
    ("SECRET_KEY", "django-insecure-nV3kq8ZyT1rXw5LpB7mCf2GdHs9JtQ4u"),
    ("FIELD_KEYS", "k1:notbase64"),
    ("FIELD_KEYS", f"k1:{base64.urlsafe_b64encode(bytes(32)).decode()}"),
    ("FIELD_KEYS", f"k1:{KEY},k2:{KEY[:20]}"),
    ("FIELD_KEYS", KEY),
    ("DATABASE_URL", "postgres://postgres@db.internal/tutti"),
    ("DATABASE_URL", "postgres://postgres:postgres@db.internal/tutti"),
    ("DATABASE_URL", "postgres://tutti:changeme-changeme@db.internal/tutti"),
    ("REDIS_URL", "redis://broker.internal:6379/0"),
    ("PUBLIC_URL", "http://tutti.firm.test"),
    ("PUBLIC_URL", "https://other.test"),
    ("ALLOWED_HOSTS", "*"),
    ("ALLOWED_HOSTS", "tutti.firm.test, *"),
    ("ALLOWED_HOSTS", "tutti.firm.test,."),
    ("ALLOWED_HOSTS", "*.firm.test"),
    ("DEBUG", "1"),
    ("DJANGO_DEBUG", "True"),
]


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of its own, with nothing of ours in the environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DATA_DIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**kept, "ENVIRONMENT": "production", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_safe_values_are_taken() -> None:
    assert refusals(SAFE) == []


@pytest.mark.parametrize("name", list(SAFE))
def test_a_missing_value_is_named(name: str) -> None:
    (said,) = refusals({**SAFE, name: ""})
    assert name in said


@pytest.mark.parametrize(("name", "value"), UNSAFE)
def test_an_unsafe_value_is_refused_by_name(name: str, value: str) -> None:
    said = refusals({**SAFE, name: value})
    assert said
    assert any(name in sentence for sentence in said)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert len(refusals({**SAFE, "SECRET_KEY": "short", "DEBUG": "1", "ALLOWED_HOSTS": "*"})) >= 3


@pytest.mark.parametrize("name", ["SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "REDIS_URL"])
def test_a_refusal_does_not_tell_the_secret(name: str) -> None:
    secret = "hunter2-password"
    url = f"postgres://tutti:{secret}@db.internal/tutti" if name.endswith("URL") else secret
    assert all(secret not in sentence for sentence in refusals({**SAFE, name: url}))


def test_a_wildcard_for_sub_domains_covers_the_public_address() -> None:
    assert refusals({**SAFE, "ALLOWED_HOSTS": ".firm.test"}) == []


def test_the_product_does_not_start_with_unsafe_values() -> None:
    refused = start(**{**SAFE, "SECRET_KEY": "a" * 60, "ALLOWED_HOSTS": "*"})
    assert refused.returncode == 1
    assert "SECRET_KEY" in refused.stderr
    assert "ALLOWED_HOSTS" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_product_starts_with_safe_values_and_shows_no_debug_pages(tmp_path: Path) -> None:
    safe = start(**SAFE, DATA_DIR=str(tmp_path))
    assert safe.returncode == 0, safe.stderr
    assert list(tmp_path.rglob("*")) == [], "secrets of production come from the environment only"
