"""What a production installation refuses to start with. Read by the settings; knows nothing of Django."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

NEEDED = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "FIELD_KEYS", "PUBLIC_URL", "ALLOWED_HOSTS")
SHORTEST_SECRET = 32
SHORTEST_PASSWORD = 12
FEWEST_LETTERS = 10
"""Different characters in a secret that somebody drew at random; `a` * 50 is long and worth nothing."""
KEY_BYTES = 32
EXAMPLES = ("insecure", "changeme", "change-me", "change_me", "secret-key", "your-", "example", "default", "password")
"""Found in secrets that were copied from a page instead of drawn."""
TRUE = ("1", "true", "yes", "on", "y", "t")
MAKE_ONE = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
MAKE_KEY = "python3 -c 'import base64, os; print(\"k1:\" + base64.urlsafe_b64encode(os.urandom(32)).decode())'"


def refusals(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each value of the environment that is missing or unsafe in production; none: it may start."""
    given = {name: environment.get(name, "").strip() for name in NEEDED}
    missing = [name for name, value in given.items() if not value]
    if missing:
        return [f"Production needs {', '.join(missing)} in the environment."]
    return [
        *_debug(environment),
        *_secret(given["SECRET_KEY"]),
        *_field_keys(given["FIELD_KEYS"]),
        *_server("DATABASE_URL", given["DATABASE_URL"]),
        *_server("REDIS_URL", given["REDIS_URL"]),
        *_address(given["PUBLIC_URL"], given["ALLOWED_HOSTS"]),
    ]


def _debug(environment: Mapping[str, str]) -> Iterator[str]:
    """Nothing reads these, but whoever sets one expects pages that show what is inside."""
    for name in ("DEBUG", "DJANGO_DEBUG"):
        if environment.get(name, "").strip().lower() in TRUE:
            yield f"{name} is switched on. Production shows no debug pages: take {name} out of the environment."


def _secret(key: str) -> Iterator[str]:
    if len(key) < SHORTEST_SECRET or len(set(key)) < FEWEST_LETTERS or _is_example(key):
        yield f"SECRET_KEY is short or was not drawn at random. Make one: {MAKE_ONE}"


def _field_keys(text: str) -> Iterator[str]:
    for entry in text.split(","):
        name, _, encoded = entry.strip().partition(":")
        try:
            key = base64.urlsafe_b64decode(encoded.replace("+", "-").replace("/", "_"))
        except (binascii.Error, ValueError):
            key = b""
        if not name or len(key) != KEY_BYTES or len(set(key)) < FEWEST_LETTERS:
            shown = f"The key {name!r} of FIELD_KEYS" if encoded else "FIELD_KEYS"
            yield f"{shown} is not a name and 32 random bytes in base64. Make one: {MAKE_KEY}"


def _server(name: str, url: str) -> Iterator[str]:
    """`url` itself is never shown: the log of a failed start is read by many."""
    address = urlsplit(url)
    password = unquote(address.password or "")
    if len(password) < SHORTEST_PASSWORD or len(set(password)) < FEWEST_LETTERS // 2 or _is_example(password):
        yield (
            f"{name} has no password, or one that can be guessed. "
            f"Give that server a password of {SHORTEST_PASSWORD} characters or more and put it into {name}."
        )


def _address(public_url: str, allowed_hosts: str) -> Iterator[str]:
    hosts = [host.strip().lower() for host in allowed_hosts.split(",")]
    if any("*" in host or host.strip(".") == "" for host in hosts):
        yield "ALLOWED_HOSTS takes every host. Name the hosts, as people write them into the browser."
    public = urlsplit(public_url)
    name = (public.hostname or "").lower()
    if public.scheme != "https" or not name:
        yield "PUBLIC_URL must begin with https://, so that sign-ins do not travel in the clear."
    elif not any(name == host or (host.startswith(".") and f".{name}".endswith(host)) for host in hosts):
        yield f"PUBLIC_URL names {name}, which is not in ALLOWED_HOSTS. Add it there, or nobody can reach the pages."


def _is_example(secret: str) -> bool:
    return any(word in secret.lower() for word in EXAMPLES)
