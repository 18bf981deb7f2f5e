"""Rows with known answers are gathered into a data set: from a file, and from what people made of answers."""

from __future__ import annotations

import pytest
from uuid_utils.compat import uuid7

from orchestrator.artifacts.actions import save_file
from orchestrator.assets import actions
from orchestrator.assets.actions.gathering import Gathered, gather_rows
from orchestrator.assets.errors import TableUnusable
from orchestrator.assets.learning import rows_of_data_set
from orchestrator.assets.models import Asset, AssetAlias, Judgement
from orchestrator.governance.errors import Denied
from orchestrator.governance.models import Workspace
from orchestrator.governance.principal import Principal, system
from tests.integration.authoring import join

BY = system("test")


@pytest.fixture
def model(workspace: Workspace) -> Asset:
    asset = actions.create_asset(BY, workspace.id, name="intents", task="classify", title="Intents")
    actions.move_alias(BY, actions.register_version(BY, asset, runtime="skops", config={"method": "words"}))
    return asset


@pytest.fixture
def letters(workspace: Workspace) -> Asset:
    return actions.create_asset(BY, workspace.id, name="letters", kind="data_set", title="Letters")


def judge(model: Asset, text: str | None, right: str, answered: str = "refund") -> None:
    Judgement.objects.create(
        asset=model,
        version=model.versions.get(),
        run=uuid7(),
        step=3,
        question="kind",
        answered=answered,
        right=right,
        agreed=right == answered,
        inputs=None if text is None else {"text": text},
    )


def gather(letters: Asset, model: Asset | None, by: Principal = BY, **more: object) -> Gathered:
    wanted = {"model": model, "file": None, "keep": True, "target": "label", "text": "text", **more}
    return gather_rows(by, letters, **wanted)  # type: ignore[arg-type]


def rows(letters: Asset) -> list[tuple[object, ...]]:
    table = rows_of_data_set(letters.workspace_id, "letters@latest").table
    return list(zip(table.column("text").values, table.column("label").values, strict=True))


def test_answers_that_people_judged_become_rows(letters: Asset, model: Asset) -> None:
    judge(model, "Where is my card?", "card_arrival")
    judge(model, "I want my money back", "refund")
    judge(model, None, "card_arrival")
    made = gather(letters, model)
    assert (made.version.number, made.rows, made.added) == (1, 2, 2)
    assert rows(letters) == [("Where is my card?", "card_arrival"), ("I want my money back", "refund")]
    names = dict(AssetAlias.objects.filter(asset=letters).values_list("name", "version__number"))
    assert names == {"live": 1, "latest": 1}


def test_the_last_word_on_a_question_counts_and_nothing_new_makes_no_version(letters: Asset, model: Asset) -> None:
    judge(model, "Where is my card?", "refund")
    gather(letters, model)
    again = gather(letters, model)
    assert (again.version.number, again.added) == (1, 0)
    judge(model, "Where is my card?", "card_arrival")
    assert (gather(letters, model).version.number, rows(letters)) == (2, [("Where is my card?", "card_arrival")])
    live = AssetAlias.objects.get(asset=letters, name="live")
    assert live.version.number == 1, "whoever measures by it goes on with what is live"


def test_rows_of_a_file_come_beside_what_is_there_or_instead(letters: Asset, model: Asset) -> None:
    data = b"text,label\nMy card is lost,lost_card\n"
    file = save_file(None, letters.workspace_id, "more.csv", "text/csv", data)
    judge(model, "Where is my card?", "card_arrival")
    gather(letters, model)
    assert gather(letters, None, file=file.id).rows == 2
    assert gather(letters, None, file=file.id, keep=False).rows == 1
    assert rows(letters) == [("My card is lost", "lost_card")]


def test_nobody_judged_and_no_file_is_said(letters: Asset, model: Asset) -> None:
    with pytest.raises(TableUnusable, match="nobody has judged"):
        gather(letters, model)
    assert not letters.versions.exists()


def test_it_takes_the_right_to_change_both(workspace: Workspace, letters: Asset, model: Asset) -> None:
    judge(model, "Where is my card?", "card_arrival")
    with pytest.raises(Denied):
        gather(letters, model, by=join(workspace, "builder").principal)
    steward = join(workspace, "steward")
    assert gather(letters, model, by=steward.principal).version.created_by == steward.user
