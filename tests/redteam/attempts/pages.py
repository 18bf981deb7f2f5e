"""A real browser on pages whose every text was written by an attacker. The content security policy stays on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Response, sync_playwright

from tests.browser.conftest import LAUNCH_OPTIONS, chromium
from tests.integration.runs.graphs import graph, line, node
from tests.redteam.attacker import Knock, door_of
from tests.redteam.attempts.agents import home_calls, model
from tests.redteam.register import LIBRARY, attempt
from tests.redteam.world import PASSWORD, World

APPLICATION = r"^(?!(?:api|hooks|static|_allauth|ws|health|mcp)(?:/|$))"
LOGIN = f"{LIBRARY}browser/v1/auth/login"
WATCHING = """
window.__seen = [];
const note = (event) => window.__seen.push(`policy: ${event.violatedDirective} ${event.blockedURI}`);
document.addEventListener('securitypolicyviolation', note);
for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => window.__seen.push(name);
"""


class Browser:
    """One person's browser; what it asks for is written down like any other knock."""

    def __init__(self, world: World, context: BrowserContext, who: str) -> None:
        self._world, self._who = world, who
        context.add_init_script(WATCHING)
        context.on("response", self._answered)
        context.on("request", self._asked)
        self.page: Page = context.new_page()
        self.strays: list[str] = []

    def _answered(self, response: Response) -> None:
        path = urlsplit(response.url).path
        if response.url.startswith(self._world.product.address) and not path.startswith("/static/"):
            knock = Knock(
                who=self._who, method=response.request.method, door=door_of(path), path=path, status=response.status
            )
            self._world.notes.note(knock, "")

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self._world.product.address, "data:", "blob:", "about:")):
            self.strays.append(request.url)

    def visit(self, path: str) -> None:
        self.page.goto(f"{self._world.product.address}{path}", wait_until="networkidle")
        seen = self.page.evaluate("window.__seen")
        assert not seen, f"{path}: {seen}"
        marked = self.page.evaluate("Boolean(window.__evil)")
        assert not marked, f"{path}: a script of the attacker ran"
        assert not self.strays, f"{path} asked for {self.strays[:3]}"
        assert self.page.locator("a[href^='javascript:'], iframe, object, embed, [onerror], [onload]").count() == 0, (
            path
        )


@contextmanager
def opened(world: World, *, signed_in: bool = True) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(LAUNCH_OPTIONS))
        context = browser.new_context(locale="en-GB")
        if signed_in:
            cookies = [
                {"name": one.name, "value": one.value or "", "url": world.product.address}
                for one in world.insider.cookies.jar
            ]
            context.add_cookies(cookies)  # type: ignore[arg-type]
        try:
            yield Browser(world, context, "T1.everything (browser)" if signed_in else "anonymous (browser)")
        finally:
            browser.close()


def evil(world: World) -> str:
    """Short enough for a name."""
    host = world.web.host
    link = f"<a href=javascript:__evil=1>x</a>{secrets.token_hex(2)}"
    return f"<img src=//{host}/pixel onerror=__evil=1><svg onload=__evil=1>{link}"


TRICKS = (
    "[x](javascript:window.__evil=1)",
    "![x](http://{host}/picture)",
    "<<script>script>window.__evil=1<</script>/script>",
    "&lt;img src=x onerror=window.__evil=1&gt;",
    "&#60;img src=x onerror=window.__evil=1&#62;",
    "<!--><img src=x onerror=window.__evil=1>-->",
    "[x]: javascript:window.__evil=1\n[x]",
    "<style>@import 'http://{host}/style';</style>",
    "<math><mi//xlink:href='data:x,<script>window.__evil=1</script>'>",
    "| a | <img src=x onerror=window.__evil=1> |",
    "`<img src=x onerror=window.__evil=1>`",
    "<javascript:window.__evil=1>",
    "https://{host}/seen-by-a-preview",
)


@attempt(
    "A81",
    "Markup in every text that is kept: names, labels, errors, outputs, tasks, mails, the trail",
    APPLICATION,
    *(
        "api/workspaces/<uuid:workspace>/workflows",
        "api/runs/<uuid:id>",
        "api/tasks/<uuid:id>",
        "api/workspaces/<uuid:workspace>/audit-events",
    ),
)
def markup(world: World) -> None:
    insider, place = world.insider, f"/api/workspaces/{world.here.workspace}"
    text = evil(world)
    shown = [{"label": text[:190], "value": text}]
    nodes = [
        {**node("start", "start_manual", {"fields": [{"key": "n", "label": text[:190]}]}), "name": text[:100]},
        node("set", "set_fields", {"fields": [{"name": "a", "value": text}]}),
        node("mail", "send_mail", {"to": "ann@example.com", "subject": text, "body": text}),
        node("ask", "approval", {"title": text[:190], "instructions": text, "show": shown}),
        node("stop", "stop_with_error", {"message": text}),
    ]
    lines = [line("start", "set"), line("set", "mail"), line("mail", "ask"), line("ask", "stop", "approved")]
    workflow = world.make(insider, world.here.workspace, graph(nodes, lines))
    insider.patch(f"/api/workflows/{workflow}", json={"name": text[:190], "description": text, "tags": [text[:39]]})
    run = world.start(insider, workflow, input={"n": text})
    assert world.rest(insider, run)["status"] == "waiting"
    failing = graph([nodes[0], nodes[-1]], [line("start", "stop")])
    failed = world.start(insider, world.make(insider, world.here.workspace, failing), input={"n": text})
    world.rest(insider, failed)
    task = insider.get(f"{place}/tasks").json()["results"][0]["id"]
    mail = insider.get(f"{place}/outgoing-mails").json()["results"][0]["id"]
    insider.post(f"{place}/folders", json={"name": text[:90]})
    insider.post(f"{place}/teams", json={"name": text[:190]})
    prompt = {
        "name": f"evil-{secrets.token_hex(3)}",
        "kind": "prompt",
        "title": text[:190],
        "description": text,
        "purpose": text,
    }
    made = insider.post(f"{place}/assets", json={**prompt, "version": {"config": {"text": text}, "note": text}}).json()
    insider.patch("/api/me", json={"name": text[:190]})
    pages = [
        "/",
        "/workflows",
        f"/workflows/{workflow}",
        "/runs",
        f"/runs/{run}",
        f"/runs/{failed}",
        "/tasks",
        f"/tasks/{task}",
    ]
    pages += [
        "/outbox",
        f"/outbox/{mail}",
        "/assets",
        f"/assets/{made['id']}",
        "/audit",
        "/admin/users",
        "/admin/teams",
        "/profile",
    ]
    pages += ["/connections", "/tokens", "/settings", "/usage", "/starts", f"/workflows/{workflow}/versions/1"]
    with opened(world) as browser:
        for page in pages:
            browser.visit(page)
    insider.patch("/api/me", json={"name": "Everything"})
    for letter in world.mail.letters:
        assert "text/html" not in letter.text, "a mail carries markup"


@attempt(
    "A82",
    "Notes whose Markdown becomes markup: nested, entities, comments, references",
    APPLICATION,
    "api/workflows/<uuid:id>/draft",
)
def markdown(world: World) -> None:
    texts = [trick.replace("{host}", world.web.host) for trick in TRICKS]
    notes = [
        {"id": f"n{number}", "text": text, "position": {"x": 0, "y": 200 * number}} for number, text in enumerate(texts)
    ]
    document = {**graph([node("start", "start_manual")], []), "notes": notes}
    workflow = world.make(world.insider, world.here.workspace, document, live=False)
    with opened(world) as browser:
        browser.visit(f"/workflows/{workflow}")
        assert browser.page.locator("main img[src^='http']").count() == 0


@attempt("A83", "A model answers with pictures and links that would carry data away", APPLICATION, "api/runs/<uuid:id>")
def told_pictures(world: World) -> None:
    config = {"asset": model(world, "telling"), "prompt": "Summarise"}
    ask = node(
        "ask",
        "approval",
        {
            "title": "Look",
            "instructions": {"$expr": "think.text"},
            "show": [{"label": "Answer", "value": {"$expr": "think.text"}}],
        },
    )
    document = graph(
        [node("start", "start_manual"), node("think", "ask_model", config), ask],
        [line("start", "think"), line("think", "ask")],
    )
    told = world.tried(document)
    assert told["status"] == "waiting", told.get("error")
    home_calls(world)
    task = world.insider.get(f"/api/workspaces/{world.here.workspace}/tasks").json()["results"][0]["id"]
    with opened(world) as browser:
        browser.visit(f"/runs/{told['id']}")
        browser.visit(f"/tasks/{task}")
    assert not [hit for hit in world.web.hits if "SECRET" in hit.path], "the answer of a model loaded something"


NEXT = (
    "//evil.example/x",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "%2f%2fevil.example",
    "\t//evil.example",
    "data:text/html,x",
    "///evil.example",
    "/%09/evil.example",
    "@evil.example",
)


@attempt("A85", "?next= to another site at sign-in", APPLICATION, LOGIN)
def sent_on(world: World) -> None:
    user = world.here.people["viewer"]
    with opened(world, signed_in=False) as browser:
        page = browser.page
        for target in NEXT:
            page.context.clear_cookies()
            page.goto(f"{world.product.address}/sign-in?next={target}")
            page.get_by_role("textbox", name="E-mail").fill(user.email)
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/sign-in" not in url, timeout=15_000)
            assert page.url.startswith(f"{world.product.address}/"), f"{target} led to {page.url}"
            assert not page.evaluate("window.__seen"), target
        assert not browser.strays, browser.strays
