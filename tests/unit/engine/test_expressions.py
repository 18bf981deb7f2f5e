"""Formulas and texts with holes: what they give, what they refuse, and how they say so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.engine.errors import ExpressionError
from orchestrator.engine.expressions import compile_template
from orchestrator.engine.formula_limits import MAX_BUILT_FROM, MAX_READ
from orchestrator.engine.formulas import EXACT, MAX_SOURCE, read_formula
from orchestrator.engine.functions import MAX_TEXT

SCOPE: dict[str, Any] = {
    "parse": {
        "text": "Hello Ünïcode",
        "pages": 3,
        "rate": 1.5,
        "list": [1, 2, 3],
        "empty": None,
        "null": "kept",
        "in": "kept too",
        "map": {"a": 1},
        "items": [{"name": "A", "amount": 1}, {"name": "B", "amount": 2.5}],
        "when": "2026-03-01T09:30:00Z",
        "long": "x" * (MAX_BUILT_FROM + 1),
        "huge": 2**60,
        "yes": True,
        "formula": "{{ 1 + 1 }}",
    },
    "item": {"name": "A"},
    "index": 2,
    "run": {"mode": "live"},
}


def formula(source: str, scope: dict[str, Any] | None = None) -> Any:
    return compile_template({"$expr": source}).resolve(SCOPE if scope is None else scope)


def text(source: str, scope: dict[str, Any] | None = None) -> Any:
    return compile_template({"$text": source}).resolve(SCOPE if scope is None else scope)


def refusal(source: str, scope: dict[str, Any] | None = None) -> str:
    with pytest.raises(ExpressionError) as caught:
        formula(source, scope)
    return str(caught.value)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("parse.text", "Hello Ünïcode"),
        ("parse.items[1].amount", 2.5),
        ("parse['map']['a']", 1),
        ("parse.null", "kept"),
        ("parse.null + '!'", "kept!"),
        ("parse.in == 'kept too'", True),
        ("size('Ünïcode')", 7),
        ("size(parse.text) > 5", True),
        ("size(parse.text) * 2", 26),
        ("parse.text.size() + 1", 14),
        ("count(parse.list) == 3", True),
        ("parse.pages + 1", 4),
        ("parse.pages * 1.5", 4.5),
        ("parse.rate * 2", 3),
        ("parse.pages / 2", 1.5),
        ("parse.list[index]", 3),
        ("parse.list[0] + 1", 2),
        ("mod(7, 3)", 1),
        ("int('12') + 1", 13),
        ("int(2.7)", 2),
        ("string(1234567) + '!'", "1234567!"),
        ("string(0.1)", "0.1"),
        ("string(parse.empty)", ""),
        ("parse.list.map(i, i * 2)", [2, 4, 6]),
        ("parse.items.filter(i, i.amount > 1).map(i, i.name)", ["B"]),
        ("parse.items.map(i, i.name + '=' + string(i.amount)).join(', ')", "A=1, B=2.5"),
        ("parse.items.exists(item, item.amount > 2)", True),
        ("parse.list.map(parse, parse + 1)", [2, 3, 4]),
        ("has(parse.foo) || has(parse.text)", True),
        ("parse.empty == null", True),
        ("1 in parse.list && !(5 in [1, 2])", True),
        ("'a' in {'a': 1}", True),
        ("{'a': 1, 'b': [1, 2.5]}", {"a": 1, "b": [1, 2.5]}),
        ("parse.text.indexOf('l') + 1", 3),
        ("parse.text.substring(0, 5).upperAscii()", "HELLO"),
        ("parse.text.split(' ')[0]", "Hello"),
        ("'a-b-c'.split('-', 2)", ["a", "b-c"]),
        ("'aaa'.replace('a', 'b', 2)", "bba"),
        ("'abc'.charAt(1)", "b"),
        ("'abca'.lastIndexOf('a')", 3),
        ("parse.text.matches('^Hel+o')", True),
        ("math.abs(-5)", 5),
        ("math.round(2.5)", 3),
        ("timestamp(parse.when)", "2026-03-01T09:30:00Z"),
        ("timestamp(parse.when).getFullYear() + 1", 2027),
        ("timestamp('2026-03-01T23:30:00Z').getDate('Europe/Berlin')", 2),
        ("timestamp(parse.when) + duration('24h')", "2026-03-02T09:30:00Z"),
        ("duration('90s')", "90s"),
        ("parse.huge", 2**60),
        ("parse.huge > 5", True),
        ("9007199254740993", 9007199254740993),
        ("0x10 + 1u", 17),
        ("'a' + // a comment\n 'b'", "ab"),
        ("parse.yes ? 'y' : 'n'", "y"),
        ("null", None),
        ("[[1]][0][0]", 1),
    ],
)
def test_what_formulas_give(source: str, value: Any) -> None:
    given = formula(source)
    assert given == value
    assert type(given) is type(value)


@given(st.integers(-EXACT, EXACT))
def test_whole_numbers_come_back_whole(number: int) -> None:
    given = formula("[n][0]", {"n": number})
    assert given == number
    assert isinstance(given, int)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_keep_their_value(number: float) -> None:
    assert formula("[n][0]", {"n": number}) == number


@given(st.text(max_size=50))
def test_texts_come_back_or_are_refused_never_changed(value: str) -> None:
    try:
        given = formula("[t][0]", {"t": value})
    except ExpressionError:
        assert "\x00" in value or any("\ud800" <= each <= "\udfff" for each in value)
    else:
        assert given == value


# what is missing


@pytest.mark.parametrize("suffix", ["", " + 1"], ids=["handed on", "computed"])
@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("item.price", "item has no price. It has: name."),
        ("item.name.first", "item.name is a text, so it has no first."),
        ("parse.empty.x", "parse.empty is empty, so it has no x."),
        ("parse.pages.x", "parse.pages is a number, so it has no x."),
        ("parse.list.x", "parse.list is a list, so it has no x."),
        ("nobody.name", "nobody has no value here."),
    ],
)
def test_a_missing_field_is_named_with_what_is_there(path: str, suffix: str, message: str) -> None:
    assert refusal(path + suffix) == message


def test_an_entry_that_is_not_there_is_named() -> None:
    assert refusal("parse.list[5]").startswith("parse.list has 3 entries; there is none at position 5")
    assert refusal("parse.list[5] + 1").startswith("The list has 3 entries; there is none at position 5")


# what cannot be read


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "The formula is empty."),
        ("parse.text +", "The formula ends too early: something is missing at its end."),
        ("parse.text = 1", "= at character 12 cannot be used. Compare with ==."),
        ("a and b", "Write && instead of and at character 3."),
        ("a & b", "& at character 3 cannot be used. Write && for and, || for or."),
        ("'abc", "The text that begins at character 1 has no closing quote."),
        ("(1", "( at character 1 is not closed by )."),
        ("1)", ") at character 2 closes nothing."),
        ("7 % 3", "% at character 3 cannot be used. Write mod(a, b) for the rest."),
        ("1 + 5 5", "5 is not expected at character 7."),
        ("foo(1)", "foo is not known, or cannot be used like this (character 4)."),
        ("x + #", "# at character 5 cannot be used in a formula."),
        ("'a' + 1", "+ does not work with text and number: turn the number into text with string(...) (character 5)."),
    ],
)
def test_a_formula_that_cannot_be_read_says_where_and_why(source: str, message: str) -> None:
    assert refusal(source) == message


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "parse.text + parse.rate",
            "+ does not work with text and number: turn the number into text with string(...).",
        ),
        ("parse.text ? 1 : 2", "The part before ? must be true or false."),
        ("parse.pages && true", "&& needs true or false on both sides."),
        ("parse.huge + 1", "+ does not work with a whole number too large to calculate with and number."),
        ("1 / 0", "The result is not a number. Was something divided by 0?"),
        ("0 / 0", "The result is not a number. Was something divided by 0?"),
        ("double('NaN')", "The result is not a number. Was something divided by 0?"),
        ("mod(7, 0)", "mod(a, b) needs a b other than 0."),
        ("int('x')", "int(...) needs a whole number, not the text 'x'."),
        ("parse.text.substring(5, 99)", "substring(5, 99) does not fit a text of 13 characters."),
        ("parse.text.matches('(')", "The pattern of matches(...) is not a valid regular expression."),
        ("timestamp('soon')", "timestamp(...) needs a date like '2026-03-01T09:30:00Z'."),
        ("timestamp(parse.when).getDate('Mars')", "There is no time zone 'Mars'. Write one like 'Europe/Berlin'."),
        ("{1: 'a'}", "The keys of a map must be texts: put quotes around them."),
        ("b'abc'", "The result is of the kind bytes, which cannot be handed on."),
        ("type(1)", "The result is of the kind type, which cannot be handed on."),
    ],
)
def test_a_formula_that_cannot_be_computed_says_why(source: str, message: str) -> None:
    assert refusal(source) == message


# limits


def test_a_long_text_is_handed_on_and_looked_at_but_not_built_from() -> None:
    assert formula("parse.long") is SCOPE["parse"]["long"]
    assert formula("size(parse.long)") == MAX_BUILT_FROM + 1
    assert formula("parse.long.contains('y')") is False
    assert refusal("parse.long + 'a'").startswith(
        "long is a text of 65,537 characters; a formula like this takes up to"
    )
    assert "takes up to" in refusal("size(t)", {"t": "x" * (MAX_READ + 1)})


def test_a_long_text_beside_what_is_read_does_not_matter() -> None:
    assert formula("parse.text + '!'") == "Hello Ünïcode!"
    assert formula("parse.items[0].name + '!'") == "A!"


@pytest.mark.parametrize(
    "source",
    [
        f"[x].map(a, {'+'.join('a' * 20)}).map(a, {'+'.join('a' * 20)}).map(a, {'+'.join('a' * 20)}).size()",
        "l.map(i, l.map(j, (x + x + x + x + x).size()))",
        "[l.map(i, 'a').join('')].map(a, l.map(i, l.map(j, (a + a + a).size())))",
        "l.map(i, l.map(j, x.upperAscii().lowerAscii().size()))",
        "l.map(i, l.map(j, x.substring(1).size()))",
        "l.map(i, x.split('').size())",
        "x.split('').map(c, x + c)",
        "x.replace('a', x)",
        "l.map(i, x).join('')",
        "l.map(i, x)",
        "l.map(i, l.map(j, l.map(k, 1)))",
        "l.map(i, l.map(j, j)).size() + l.map(i, l.map(j, j)).size()",
    ],
)
def test_much_text_or_work_out_of_little_is_refused(source: str) -> None:
    assert refusal(source, {"x": "a" * 60_000, "l": list(range(99))})


def test_joining_many_short_texts_is_ordinary() -> None:
    orders = [{"name": f"Order {number}", "amount": number, "text": "x" * 500} for number in range(2_000)]
    listed = formula("orders.map(o, o.name + ': ' + string(o.amount)).join(', ')", {"orders": orders})
    assert listed.startswith("Order 0: 0, Order 1: 1")
    assert formula("t.split(' ').map(w, w.lowerAscii()).join(' ')", {"t": "WORD " * 1_900}) == "word " * 1_900


def test_long_lists_can_be_searched_but_not_mapped() -> None:
    numbers = {"l": list(range(9_000)), "t": "a " * 3_000}
    assert formula("l.exists(i, i == 8999)", numbers) is True
    assert refusal("l.map(i, i)", numbers).startswith("The formula goes through a list of 9,000 entries")
    assert refusal("(s + s).map(i, i)", {"s": list(range(1_500))})
    assert "pieces" in refusal("t.split(' ').map(w, w)", numbers)
    assert formula("t.split(' ').size()", numbers) == 3_001
    assert formula("t.split(' ', 5).map(w, w).size()", numbers) == 5


def test_a_result_is_not_longer_than_allowed() -> None:
    assert "characters" in refusal("x + x + x + x + x", {"x": "a" * 60_000})
    with pytest.raises(ExpressionError):
        text("{{ x }}", {"x": "a" * (MAX_TEXT + 1)})


def test_the_length_and_nesting_of_a_formula_are_limited() -> None:
    assert f"{MAX_SOURCE:,}" in refusal("1" * (MAX_SOURCE + 1))
    assert "nested" in refusal("(" * 30 + "1" + ")" * 30)
    assert "nested" in refusal("1" + " + 1" * 60)


def test_an_evil_pattern_takes_no_longer_than_another() -> None:
    assert formula("t.matches('(a+)+$')", {"t": "a" * 5_000 + "b"}) is False


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"])
def test_characters_that_cannot_be_stored_are_refused(bad: str) -> None:
    for source in ("t", "t + 'x'", "[t]", "size(t)"):
        assert "cannot be stored" in refusal(source, {"t": bad})
    assert refusal("'a\\u0000b'")


def test_a_number_beyond_64_bits_is_handed_on_but_not_computed_with() -> None:
    assert formula("n", {"n": 2**70}) == 2**70
    assert refusal("n > 1", {"n": 2**70}) == "n is too large a number for a formula. Hand it over as text."


# attempts to break out


@pytest.mark.parametrize(
    "attempt",
    [
        "().__class__.__base__.__subclasses__()",
        "''.__class__.__mro__",
        "x|attr('format')",
        "'{0.__class__.__init__.__globals__}'.format(x)",
        "'%s'.format([x])",
        'f"{x.__class__}"',
        "(i for i in x).gi_frame.f_back",
        "x.__traceback__.tb_frame",
        "[i.__class__ for i in x]",
        "x.map(i, i.__class__)",
        "lambda: 1",
        "__import__('os')",
        "google.protobuf.Struct{}",
        "cel.bind(a, 1, a)",
        "secrets.X",
        "x.__class__",
        "[5].map(tutti_0, x)",
        "tutti_size('a')",
        "constructor.constructor('return 1')()",
    ],
)
def test_attempts_to_reach_the_language_below_are_refused(attempt: str) -> None:
    assert refusal(attempt, {"x": {"a": "b"}})
    with pytest.raises(ExpressionError):
        text(f"Hi {{{{ {attempt} }}}}", {"x": {"a": "b"}})


def test_a_value_that_looks_like_a_formula_stays_text() -> None:
    assert formula("parse.formula") == "{{ 1 + 1 }}"
    assert text("{{ parse.formula }}") == "{{ 1 + 1 }}"
    assert text("{{ t }}", {"t": {"$expr": "1 + 1"}}) == '{"$expr":"1 + 1"}'
    assert compile_template("{{ 1 + 1 }}").resolve({}) == "{{ 1 + 1 }}"


# codes


@pytest.mark.ux(78)
@pytest.mark.parametrize(
    ("source", "code", "facts"),
    [
        ("", "empty", {}),
        ("parse.total = 5", "single_equals", {"at": 13}),
        ("'open", "text_open", {"at": 1}),
        ("(1 + 2", "not_closed", {"sign": "(", "at": 1, "by": ")"}),
        ("size(parse.text", "not_closed", {"sign": "(", "at": 5, "by": ")"}),
        ("parse.text and true", "word", {"word": "and", "use": "&&"}),
        ("sum(parse.rows)", "function_unknown", {"name": "sum", "at": 4}),
        ("parse.text + ", "ends_early", {}),
        ("parse.text + parse.total", "text_and_number", {"name": "+", "kinds": ["text", "number"]}),
        ("parse.rows[9]", "no_entry_of", {"owner": "parse.rows", "count": 2, "position": 9}),
        ("parse.lines", "no_field", {"owner": "parse", "name": "lines", "there": "rows, text, total"}),
        ("parse.text.lines", "owner_other", {"owner": "parse.text", "name": "lines", "kinds": ["text"]}),
        ("other.text", "no_value", {"name": "other"}),
    ],
)
def test_what_is_wrong_has_a_code_and_facts_for_other_languages(source: str, code: str, facts: dict[str, Any]) -> None:
    with pytest.raises(ExpressionError) as refused:
        compile_template({"$expr": source}).resolve({"parse": {"text": "a", "total": 5, "rows": [1, 2]}})
    assert (refused.value.code, refused.value.facts) == (code, facts)


# names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("parse.text", {"parse"}),
        ("a.b + c['d'].e", {"a", "c"}),
        ("x.map(i, i + y)", {"x", "y"}),
        ("i + x.map(i, i)", {"i", "x"}),
        ("x.filter(a, a.exists(b, b == a || b == c))", {"x", "c"}),
        ("x.items.all(size, size > 1)", {"x"}),
        ("size(x) + math.abs(y)", {"x", "y"}),
        ("{'a': b}[c]", {"b", "c"}),
        ("'parse.text' == r'\\' + \"it's\"", set()),
        ("true ? null : type(x) == string", {"x"}),
        ("x.text // y.text", {"x"}),
        ("has(x.y) && x.`y-z` in z", {"x", "z"}),
    ],
)
def test_names_are_those_taken_from_outside(source: str, names: set[str]) -> None:
    assert read_formula(source).names == names


def test_names_of_a_setting_are_those_of_all_its_formulas() -> None:
    template = compile_template(
        {"a": [{"$expr": "x.y"}, "literal"], "b": {"c": {"$text": "{{ y.z }} and {{ x }}"}}, "d": 5}
    )
    assert template.names == {"x", "y"}
    assert [(place, formula.source) for place, formula in template.formulas] == [
        ("a.0", "x.y"),
        ("b.c", "y.z"),
        ("b.c", "x"),
    ]


# templates


def test_literals_and_formulas_may_be_nested_anywhere() -> None:
    config = {"a": [{"$expr": "index + 1"}, "text", 5, None], "b": {"c": {"$text": "Dear {{ item.name }}"}}}
    assert compile_template(config).resolve(SCOPE) == {"a": [3, "text", 5, None], "b": {"c": "Dear A"}}


def test_a_resolved_literal_can_be_changed_without_changing_the_next() -> None:
    template = compile_template({"a": [1]})
    template.resolve({})["a"].append(2)
    assert template.resolve({}) == {"a": [1]}


def test_an_error_names_its_place_in_the_settings() -> None:
    with pytest.raises(ExpressionError) as compiling:
        compile_template({"cases": [{"equals": 1}, {"equals": {"$expr": "1 +"}}]})
    assert compiling.value.field == "cases.1.equals"
    with pytest.raises(ExpressionError) as resolving:
        compile_template({"cases": [{"equals": 1}, {"equals": {"$expr": "item.x"}}]}).resolve(SCOPE)
    assert resolving.value.field == "cases.1.equals"


@pytest.mark.parametrize(
    "setting", [{"$foo": 1}, {"$expr": "1", "b": 2}, {"$expr": 1}, {"$text": None}, {"a": 1, "$x": 2}]
)
def test_other_keys_that_begin_with_a_dollar_are_refused(setting: Any) -> None:
    with pytest.raises(ExpressionError):
        compile_template(setting)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("no holes", "no holes"),
        ("{{ parse.pages }} of {{ parse.rate }}", "3 of 1.5"),
        ("{{ 12345678 }} {{ 0.000001 }} {{ 1234567890.25 }}", "12345678 0.000001 1234567890.25"),
        ("{{ parse.yes }}/{{ !parse.yes }}", "yes/no"),
        ("[{{ parse.empty }}]", "[]"),
        ("{{ parse.list }} {{ parse.map }}", '[1,2,3] {"a":1}'),
        ("{{ ['ä', true, null] }}", '["ä",true,null]'),
        ("{{ {'a': {'b': 1}} }}", '{"a":{"b":1}}'),
        ("{{ '}}' }}", "}}"),
        ("{{ '{{' }}", "{{"),
        ("}} { {", "}} { {"),
        ("{{item.name}}{{item.name}}", "AA"),
    ],
)
def test_how_values_stand_in_texts(source: str, shown: str) -> None:
    assert text(source) == shown


@pytest.mark.parametrize("source", ["{{ x", "{{ }}", "{{ 'x }}", "{{ (1 }}", "{{ 1 + }}"])
def test_a_hole_that_cannot_be_read_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        compile_template({"$text": source})


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_settings_without_formulas_come_back_as_they_are(value: Any) -> None:
    assert compile_template(value).resolve({}) == value
    assert json.dumps(compile_template(value).resolve({})) == json.dumps(value)


# names of fields


@pytest.mark.ux(77)
@pytest.mark.parametrize("one", json.loads(Path("tests/contracts/field_names.json").read_text()), ids=repr)
def test_a_field_of_any_name_is_read_by_the_formula_that_the_browser_writes(one: dict[str, Any]) -> None:
    scope: Any = "found"
    for step in reversed(one["path"]):
        scope = [None, scope] if isinstance(step, int) else {step: scope}
    assert compile_template({"$expr": one["formula"]}).resolve(scope) == "found"
    assert compile_template({"$text": f"<{{{{ {one['formula']} }}}}>"}).resolve(scope) == "<found>"
