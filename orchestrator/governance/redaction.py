"""Blacking personal data out of what is kept.

Addresses of mail, account and card numbers are found by their form and their check digits, phone numbers with their
country code by the tables of libphonenumber. Names of people have no form: they are named as fields.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w-])")
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")

Span = tuple[int, int]


def _emails(text: str) -> Iterator[Span]:
    return (found.span() for found in EMAIL.finditer(text)) if "@" in text else iter(())


def _ibans(text: str) -> Iterator[Span]:
    return _checked(IBAN, _is_iban, text)


def _cards(text: str) -> Iterator[Span]:
    return _checked(CARD, _is_card, text)


def _checked(form: re.Pattern[str], is_one: Callable[[str], bool], text: str) -> Iterator[Span]:
    """Where the form stands with right check digits; a word or a number that follows may look like a part of it."""
    for found in form.finditer(text):
        number = found[0]
        while number and not is_one(re.sub("[ -]", "", number)):
            number = number[: max(number.rfind(" "), number.rfind("-"), 0)]
        if number:
            yield found.start(), found.start() + len(number)


def _phones(text: str) -> Iterator[Span]:
    if "+" not in text and "\uff0b" not in text:  # only these begin a number with its country
        return iter(())
    from phonenumbers import PhoneNumberMatcher  # its tables take a moment to load, and few texts need them

    return ((found.start, found.end) for found in PhoneNumberMatcher(text, None))


FINDERS: Mapping[str, Callable[[str], Iterator[Span]]] = {
    "email": _emails,
    "iban": _ibans,
    "card": _cards,
    "phone": _phones,
}
"""In the order in which they are looked for: what one found is no other's."""
KINDS = tuple(FINDERS)


class Redaction:
    """Blacks out these kinds wherever they stand, and the values of these fields; counts what it did.

    A field is called by its name (`salary`) or by the end of its path (`person.name`).
    """

    def __init__(self, kinds: Collection[str], fields: Collection[str] = ()) -> None:
        self._kinds = [kind for kind in FINDERS if kind in kinds]
        self._fields = {field.casefold() for field in fields}
        self.counts: Counter[str] = Counter()
        """By kind, and by `field:<name>`."""

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._kinds or self._fields)

    def text(self, text: str) -> str:
        for kind in self._kinds:
            kept, at = [], 0
            for start, end in FINDERS[kind](text):
                kept += [text[at:start], _black(kind)]
                at = end
                self.counts[kind] += 1
            text = "".join([*kept, text[at:]]) if kept else text
        return text

    def json(self, value: Any, path: str = "") -> Any:
        """The same value where nothing was found in it. `path` leads to it, `.a.b`; items of lists have none of their
        own."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self._member(f"{path}.{name}", str(name), each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.json(each, path) for each in value]
        return value

    def _member(self, path: str, name: str, value: Any) -> Any:
        known = path.casefold()
        if value is None or not any(known.endswith(f".{field}") for field in self._fields):
            return self.json(value, path)
        if value != _black(name):
            self.counts[f"field:{name}"] += 1
        return _black(name)


def _black(what: str) -> str:
    return f"[redacted: {what}]"


def _is_iban(text: str) -> bool:
    """ISO 13616: the number with its first four letters at the end is 1 modulo 97, letters counting from 10."""
    if not 15 <= len(text) <= 34:
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def _is_card(digits: str) -> bool:
    """ISO/IEC 7812: the sum of the digits, every second one doubled, ends with 0."""
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return (
        len(digits) >= 13
        and digits.strip("0") != ""
        and sum(number - 9 if number > 9 else number for number in doubled) % 10 == 0
    )
