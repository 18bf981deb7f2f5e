from __future__ import annotations

import pytest

from orchestrator.assets.extraction.accounts import emails_in, ibans_in, is_iban, phone_in


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("GB29NWBK60161331926819", True),
        ("DE89370400440532013000", True),
        ("ES9121000418450200051332", True),
        ("DE89370400440532013001", False),
        ("DE8937040044053201300", False),
        ("US1234567890", False),
        ("", False),
    ],
)
def test_an_iban_is_checked_by_length_and_number(text: str, right: bool) -> None:
    assert is_iban(text) is right


def test_ibans_are_found_with_spaces_and_glued_to_words() -> None:
    text = "IBAN: DE89 3704 0044 0532 0130 00 BIC X\nGB29NWBK60161331926819IBAN\nDE89370400440532013000"
    assert ibans_in(text) == ["DE89370400440532013000", "GB29NWBK60161331926819"]


def test_addresses_lose_the_full_stop_of_their_sentence() -> None:
    assert emails_in("Write to ann.lee@mail.example.org. Or to ann.lee@mail.example.org") == [
        "ann.lee@mail.example.org"
    ]


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("Call +44 113 496 0123 now", "+44 113 496 0123"),
        ("Tel. 0431 55 66 77", "0431 55 66 77"),
        ("Date 02.10.2026, order 0099 1234567", None),
        ("IBAN DE89 3704 0044 0532 0130 00", None),
    ],
)
def test_a_telephone_number_is_neither_a_date_nor_an_account(text: str, phone: str | None) -> None:
    assert phone_in(text) == phone
