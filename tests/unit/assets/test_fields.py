from __future__ import annotations

import time
from typing import Any

import pytest

from orchestrator.assets.extraction.fields import extract

ENGLISH = """Oak & Stone Ltd
Invoice number: OS-3318
Invoice date: 28 September 2026
Due date: 28 October 2026
Order number: PO-771
Subtotal: GBP 375.00
VAT 20%: GBP 75.00
Total due: GBP 450.00
IBAN: GB29 NWBK 6016 1331 9268 19"""
GERMAN = """Nordlicht Papier GmbH
Rechnungsnummer: RE-260981
Rechnungsdatum: 02.10.2026
Fällig am: 16.11.2026
Zwischensumme: 1.702,00 EUR
MwSt. 19 %: 323,38 EUR
Gesamtbetrag: 2.025,38 EUR"""
SPANISH = """Viento Sur S.L.
Número de factura: F-2026/1187
Fecha de factura: 1 de octubre de 2026
Vencimiento: 31 de octubre de 2026
Base imponible: 1.330,00 €
IVA 21 %: 279,30 €
Total a pagar: 1.609,30 €"""
DUTCH = """Windmolen B.V.
Factuurnummer: 20264471
Factuurdatum: 8-9-2026
Vervaldatum: 22-9-2026
Subtotaal € 41,31
BTW 21% € 8,68
Factuur totaal EUR 49,99"""
FRENCH = """Papeterie du Port SARL
Facture n° 2026089083
Date : 28/11/2026
Échéance : 28/12/2026
Total HT : 46,68 €
TVA 20% : 9,34 €
Total TTC : 56,02 €"""
AMERICAN = """Clearwater Supplies Inc.
215 Vine St, Scranton PA 18503
Invoice # CW/0008
Invoice Date: 03/20/2026
Due Date: 04/04/2026
Total $ 1,279.84"""


@pytest.mark.parametrize(
    ("text", "number", "date", "due", "total", "currency"),
    [
        (ENGLISH, "OS-3318", "2026-09-28", "2026-10-28", 450.0, "GBP"),
        (GERMAN, "RE-260981", "2026-10-02", "2026-11-16", 2025.38, "EUR"),
        (SPANISH, "F-2026/1187", "2026-10-01", "2026-10-31", 1609.3, "EUR"),
        (DUTCH, "20264471", "2026-09-08", "2026-09-22", 49.99, "EUR"),
        (FRENCH, "2026089083", "2026-11-28", "2026-12-28", 56.02, "EUR"),
        (AMERICAN, "CW/0008", "2026-03-20", "2026-04-04", 1279.84, "USD"),
    ],
    ids=["english", "german", "spanish", "dutch", "french", "american"],
)
def test_an_invoice_is_read_in_its_language(
    text: str, number: str, date: str, due: str, total: float, currency: str
) -> None:
    read = extract(text)
    assert (read["invoice_number"], read["date"], read["due_date"]) == (number, date, due)
    assert read["total"] == {"value": total, "currency": currency}
    assert read["confidence"] > 0.7


@pytest.mark.parametrize(
    "text",
    [
        "Invoice number      Invoice date      Due date\nA-4711              1 May 2026        31 May 2026",
        "Factuur Factuur datum Vervaldatum\nA-4711 1-5-2026 31-5-2026",
        "A-4711Factuurnummer:\n1 mei 2026Factuurdatum:\n31 mei 2026Vervaldatum:",
        "Invoice number\nA-4711\nInvoice date\n1 May 2026\nDue date\n31 May 2026",
    ],
    ids=["columns", "narrow columns", "value before label", "value below label"],
)
def test_values_are_found_wherever_they_stand_beside_their_label(text: str) -> None:
    read = extract(text)
    assert (read["invoice_number"], read["date"], read["due_date"]) == ("A-4711", "2026-05-01", "2026-05-31")


def test_a_table_gives_what_the_text_lacks() -> None:
    table = {"page": 1, "rows": [["Claim number", "CL-2026-00931"], ["Amount claimed", "GBP 1,940.00"]]}
    read = extract("Claim form of the household insurance", [table])
    assert read["references"] == [{"kind": "claim", "value": "CL-2026-00931"}]
    assert read["total"] == {"value": 1940.0, "currency": "GBP"}


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Transaction reference: TX-5501928", {"kind": "transaction", "value": "TX-5501928"}),
        ("meine Bestellung Nr. 70012855 wurde", {"kind": "order", "value": "70012855"}),
        ("Versicherungsscheinnummer: VS 88123", {"kind": "policy", "value": "VS 88123"}),
        ("Número de póliza: PZ-118820", {"kind": "policy", "value": "PZ-118820"}),
        ("Case no. 2026-77", {"kind": "case", "value": "2026-77"}),
        ("Klantnummer: 6669263", {"kind": "customer", "value": "6669263"}),
    ],
)
def test_references_are_named_by_their_label(text: str, reference: dict[str, Any]) -> None:
    assert reference in extract(text)["references"]


def test_the_surest_total_wins_over_lines_and_subtotals() -> None:
    read = extract(
        "Hammer EUR 900.00\nTotal EUR 900.00\nDiscount EUR -100.00\nAmount due EUR 800.00\nPaid EUR 5,000.00"
    )
    assert read["total"] == {"value": 800.0, "currency": "EUR"}


def test_an_amount_without_label_is_taken_with_little_certainty() -> None:
    read = extract("My card shows a charge of GBP 249.90 on 2 October 2026.")
    assert read["total"] == {"value": 249.9, "currency": "GBP"}
    assert read["certainties"]["total"] < 0.5


def test_the_signer_of_a_letter_is_its_sender() -> None:
    assert (
        extract("Bitte erstatten Sie das Geld.\n\nMit freundlichen Grüßen\nSabine Krüger")["sender"] == "Sabine Krüger"
    )
    assert extract("Nordlicht Papier GmbH\nRechnung")["sender"] == "Nordlicht Papier GmbH"


def test_words_without_values_give_nothing() -> None:
    read = extract("The invoice will follow. The total is not known yet, nor is the date.")
    assert (read["invoice_number"], read["total"], read["date"], read["references"]) == (None, None, None, [])
    assert read["confidence"] == 0


@pytest.mark.parametrize("unit", ["1 ", "A ", "9.9.", "Total ", "x@", "DE12 ", "(0)", "Ab Ltd "])
def test_senseless_text_is_read_in_bounded_time(unit: str) -> None:
    assert isinstance(extract(unit * (100_000 // len(unit)))["confidence"], float)


@pytest.mark.parametrize(
    "text", ["A" * 20_000, "A1" * 10_000, "1" * 20_000, " " * 20_000, "a@" * 10_000, "Aa " * 7_000]
)
def test_a_document_of_one_long_word_is_read_in_no_time(text: str) -> None:
    began = time.process_time()
    extract(f"Invoice number: {text}\n{text}")
    assert time.process_time() - began < 1
