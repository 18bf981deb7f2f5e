from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestrator.assets import minilm
from orchestrator.assets.errors import ArtifactAltered
from orchestrator.assets.runtimes.files import ModelFiles
from orchestrator.assets.runtimes.labels import Labels
from orchestrator.assets.runtimes.onnx import Embedder
from orchestrator.assets.starters import texts

DESCRIPTIONS = Path(texts.__file__).with_name("document-type.json")


@pytest.fixture(scope="module")
def labels(models: ModelFiles, digest: str) -> Labels:
    described = json.loads(DESCRIPTIONS.read_text(encoding="utf-8"))["labels"]
    return Labels({"labels": described, "embedding": minilm.FILE}, digest, models)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Invoice INV-77 from Oak Ltd: 3 tables, total EUR 900, please transfer to our account by 1 May.", "invoice"),
        (
            "There is a debit of 80 euros on my account that I never agreed to. Give me the money back.",
            "payment_dispute",
        ),
        ("Our car was hit in the car park, I need the insurance to cover the repair, policy 77-12.", "insurance_claim"),
        ("Your staff was rude and nobody solved my problem. I am angry and want to complain.", "complaint"),
        ("Please change the postal address stored in my customer account.", "account_request"),
        ("Rechnungsnummer 77, Gesamtbetrag 900 EUR inkl. Mehrwertsteuer, zahlbar bis 1. Mai.", "invoice"),
        ("Quiero comunicar un siniestro: una fuga de agua dañó el suelo de mi casa.", "insurance_claim"),
    ],
)
def test_a_letter_gets_the_label_that_means_the_same(labels: Labels, text: str, label: str) -> None:
    answer = labels.answer({"text": text})
    assert answer["label"] == label
    assert answer["confidence"] >= 0.5
    assert answer["scores"][0] == {"label": label, "score": answer["confidence"]}


@pytest.mark.parametrize(
    "text",
    ["asdf qwer zxcv", "What is the capital of France?", "see you tomorrow at five", "same as last time, thx", "12345"],
)
def test_text_that_has_to_do_with_no_label_is_unsure(labels: Labels, text: str) -> None:
    assert labels.answer({"text": text})["confidence"] < 0.5


def test_the_beginning_of_a_long_document_decides(labels: Labels) -> None:
    text = "Invoice number 7, total EUR 90, VAT included, pay by bank transfer.\n" + "Terms and conditions. " * 5_000
    assert labels.answer({"text": text})["label"] == "invoice"


def test_texts_of_one_meaning_are_near_and_keep_their_order(models: ModelFiles, digest: str) -> None:
    long = "word " * 400
    rows = Embedder(models, minilm.FILE, digest).embed(
        ["reset my password", long, "forgot my login credentials"], batch=2
    )
    assert float(rows[0] @ rows[2]) > 0.6
    assert float(rows[0] @ rows[1]) < 0.4
    assert [round(float(row @ row), 3) for row in rows] == [1, 1, 1]


def test_an_altered_model_is_not_loaded(models: ModelFiles) -> None:
    with pytest.raises(ArtifactAltered):
        Embedder(models, minilm.FILE, "0" * 64)
