"""Workflows that are there already enter the index of who refers to assets."""

from typing import Any

from django.db import migrations

from builder.references import Kind, references
from orchestrator.assets.errors import ReferenceInvalid
from orchestrator.assets.references import Reference, read_reference
from orchestrator.engine.errors import GraphInvalid
from orchestrator.engine.graph import parse_graph
from orchestrator.nodes.registry import catalogue


def enter_all(apps: Any, schema_editor: Any) -> None:
    workflows = apps.get_model("builder", "Workflow").objects.filter(archived_at=None, deleted_at=None)
    for workflow in workflows.select_related("draft", "live_version").iterator(chunk_size=100):
        _enter(apps, workflow, "draft", workflow.draft.graph)
        if workflow.live_version is not None:
            _enter(apps, workflow, "live", workflow.live_version.graph)


def _enter(apps: Any, workflow: Any, place: str, graph: Any) -> None:
    try:
        found = [(one.name, one.node) for one in references(parse_graph(graph), catalogue()) if one.kind is Kind.ASSET]
    except GraphInvalid:
        return  # of a release whose steps are gone; the next save brings it in
    named = {(reference, node) for text, node in found if (reference := _reference(text)) is not None}
    uses = apps.get_model("assets", "AssetUse")
    uses.objects.bulk_create(
        uses(
            workspace_id=workflow.workspace_id,
            name=reference.name,
            alias=reference.alias,
            holder_kind="workflow",
            holder=workflow.pk,
            place=place,
            node=node,
        )
        for reference, node in sorted(named, key=str)
    )


def _reference(text: str) -> Reference | None:
    try:
        return read_reference(text)
    except ReferenceInvalid:
        return None


class Migration(migrations.Migration):
    dependencies = [("builder", "0010_loaded_samples"), ("assets", "0004_signed_versions")]
    operations = [migrations.RunPython(enter_all, migrations.RunPython.noop)]
