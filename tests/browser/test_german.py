"""Somebody who speaks German finds no English on their way."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reading import heading
from tests.browser.starting import get, make, settled
from tests.running import Client

START: dict[str, Any] = {"key": "start", "type": "start_manual"}
CALL = {
    "key": "call",
    "type": "http_request",
    "position": {"x": 320, "y": 0},
    "config": {"method": "GET", "url": "http://nowhere.invalid/orders"},
}
ASK = {"key": "ask", "type": "approval", "position": {"x": 320, "y": 0}, "config": {}}
LINE = {"id": "a", "source": "start"}
# Data of the product and of people, and what a browser writes by itself, may be of any language.
ENGLISH = re.compile(r"\b(the|and|with|your|press|click|this|that|from|which|step|run|nothing|settings|failed)\b", re.I)
SAID = """() => {
  const said = new Set()
  const texts = document.createTreeWalker(document.querySelector('#root'), NodeFilter.SHOW_TEXT)
  while (texts.nextNode())
    if (texts.currentNode.parentElement.tagName !== 'STYLE') said.add(texts.currentNode.textContent.trim())
  for (const name of ['aria-label', 'aria-description', 'aria-roledescription', 'title', 'placeholder'])
    for (const one of document.querySelectorAll(`[${name}]`)) said.add(one.getAttribute(name))
  return [...said].filter(Boolean)
}"""


def english(page: Page, *known: str) -> list[str]:
    """What the page says, aloud or on the screen, that reads as English and is not data."""
    return [text for text in page.evaluate(SAID) if ENGLISH.search(text) and not any(one in text for one in known)]


def speak(page: Page, field: str, language: str) -> None:
    page.get_by_role("combobox", name=field).click()
    page.get_by_role("option", name=language).click()


def graph(step: dict[str, Any]) -> dict[str, Any]:
    line = {**LINE, "target": step["key"]}
    return {"schema": "graph@1", "nodes": [START, step], "edges": [line], "notes": []}


@pytest.mark.ux(182)
def test_a_german_person_finds_everything_in_german(page_of: Callable[..., Page], owner: Client) -> None:
    name = f"Bestellungen {uuid.uuid4().hex[:6]}"
    workflow = make(owner, name, graph(CALL))
    owner.post(f"/api/workflows/{workflow}/publish", json={"note": "Zuerst"}).raise_for_status()
    run = str(owner.post(f"/api/workflows/{workflow}/runs", json={}).raise_for_status().json()["id"])
    settled(owner, run)
    unready = make(owner, f"Unfertig {uuid.uuid4().hex[:6]}", graph(ASK))
    page = page_of("Greta Gast", "admin", "builder", "operator", "auditor", "steward")

    # chosen in the profile, and seen at once
    page.goto("/profile")
    speak(page, "Language", "Deutsch")
    expect(heading(page)).to_have_text("Ihr Profil")
    assert english(page, "English", "/") == []

    # the home page: figures and sample documents in German
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Greta")
    expect(page.get_by_text("Rechnung mit Tabelle", exact=True)).to_be_visible()

    # the list
    page.goto("/workflows")
    expect(page.get_by_role("link", name=name)).to_be_visible()

    # the editor: the library, found by German words, a step's panel and what is wrong with it
    page.goto(f"/workflows/{unready}")
    page.get_by_role("button", name="Schritt hinzufügen", exact=True).click()
    page.get_by_role("textbox", name="Schritte suchen").fill("Genehmigung")
    expect(page.get_by_text("Wartet, bis ein Mensch genehmigt oder ablehnt", exact=False).first).to_be_visible()
    assert english(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^[0-9]+ Problem")).click()
    problem = page.get_by_role("region", name="Probleme").get_by_role("button").filter(has_text="Titel")
    expect(problem).to_contain_text("braucht die Einstellung „Titel“. Füllen Sie sie aus.")
    problem.click()
    expect(page.get_by_label("Titel", exact=False).first).to_be_visible()
    expect(page.get_by_text("Was die Person in der Liste der Aufgaben liest.").first).to_be_visible()
    assert english(page) == []

    # a run that failed
    page.goto(f"/runs/{run}")
    failure = page.get_by_role("alert", name="Was schiefging")
    expect(failure).to_contain_text("Den Server nowhere.invalid gibt es nicht.")
    expect(failure).to_contain_text("sobald das andere System antwortet")
    # What the server said itself stays in the folded details, for whoever helps.
    assert english(page, '"code"') == []

    # the trail
    page.goto("/audit")
    expect(page.get_by_text("hat den Workflow", exact=False).first).to_be_visible()

    # the models that ship with the product, and the form for another one
    model = next(one for one in get(owner, "assets", kind="model") if one["name"] == "document-type")
    for tab in ("overview", "versions", "use", "dependents"):
        page.goto(f"/assets/{model['id']}?tab={tab}")
        expect(page.get_by_role("tab", selected=True)).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert english(page) == []
    page.goto("/assets/add/file")
    expect(heading(page)).to_have_text("Modell aus einer Datei hinzufügen")
    assert english(page) == []

    # back to English, and the catalogue of steps with it
    page.goto("/profile")
    speak(page, "Sprache", "English")
    expect(heading(page)).to_have_text("Your profile")
    page.goto(f"/workflows/{unready}")
    page.get_by_role("button", name="Add step", exact=True).click()
    expect(page.get_by_text("Waits until a person approves or rejects", exact=False).first).to_be_visible()
