"""Attempts whose target the product does not have. Each guard names what would be one, so that the day somebody
builds it, the attempt has to be written."""

from __future__ import annotations

from django.apps import apps

from orchestrator.nodes.registry import catalogue
from tests.redteam.register import absent, routes


def _steps(*words: str) -> list[str]:
    return [type_ for type_, _ in catalogue() if any(word in type_ for word in words)]


def _models(*words: str) -> list[str]:
    names = [model.__name__ for model in apps.get_models() if model.__module__.startswith(("orchestrator", "builder"))]
    return [name for name in names if any(word in name.lower() for word in words)]


@absent("A13", "SQL in the values of an SQL step; stacked statements", "There is no step that speaks SQL.")
def no_sql() -> list[str]:
    return _steps("sql", "database", "query")


@absent(
    "A14",
    "COPY TO PROGRAM, pg_read_file, dblink, the product's own database from an SQL step",
    "There is no step that speaks SQL.",
)
def no_sql_account() -> list[str]:
    return _steps("sql", "postgres", "database")


@absent(
    "A98",
    "Poison in a shared memory or a vector store, asked for by others",
    "Nothing is remembered between runs but by the workflow itself; there is no vector store.",
)
def no_memory() -> list[str]:
    stores = _models("memory", "vector", "embedding", "chunk", "index")
    doors = [address for address in routes() if any(word in address for word in ("memory", "vector", "retriev"))]
    return stores + doors + _steps("retriev", "vector", "memor")
