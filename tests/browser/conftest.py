"""A real product and a real Chromium. The content security policy stays on, and nothing may go wrong unseen."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser.watch import Watch
from tests.peers.identity import CLIENT_ID, CLIENT_SECRET, IdentityProvider
from tests.running import OWNER, Client, Product

# Steps, sockets and lists answer in well under a second; the rest is for a busy machine.
PATIENCE_MS = 20_000
LAUNCH_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
MISSING = (
    "Chromium is missing. Install it: apt-get install chromium "
    "(elsewhere: install Chromium or Chrome and set CHROMIUM to the path of its program)"
)


def pytest_configure(config: pytest.Config) -> None:
    if config.option.screenshot == "off":
        config.option.screenshot = "only-on-failure"
    expect.set_options(timeout=PATIENCE_MS)


def chromium() -> str:
    """Where Chromium is; as root on Debian it is installed where it is missing."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in ("update", "install -y --no-install-recommends chromium"):
            subprocess.run(["apt-get", *command.split()], check=False, stdout=subprocess.DEVNULL)
        found = shutil.which("chromium")
    if not found:
        pytest.fail(MISSING, pytrace=False)
    return found


@pytest.fixture(scope="session")
def company() -> Iterator[IdentityProvider]:
    """The identity provider of everybody's organisation."""
    with IdentityProvider() as provider:
        yield provider


@pytest.fixture(scope="session")
def product(company: IdentityProvider) -> Iterator[Product]:
    with tempfile.TemporaryDirectory(prefix="tutti-browser-") as folder:
        product = Product(
            Path(folder),
            LEASE_SECONDS="5",
            OIDC_ISSUER=company.issuer,
            OIDC_NAME="Acme",
            OIDC_CLIENT_ID=CLIENT_ID,
            OIDC_CLIENT_SECRET=CLIENT_SECRET,
        )
        try:
            product.start()
            yield product
        finally:
            product.stop()


@pytest.fixture(scope="session")
def base_url(product: Product) -> str:
    return product.address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium(), "args": list(LAUNCH_OPTIONS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "en-GB", "timezone_id": "Europe/Madrid", "reduced_motion": "reduce"}


@pytest.fixture
def watch(product: Product) -> Iterator[Watch]:
    watch = Watch(product.address)
    yield watch
    assert watch.findings() == []


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext], watch: Watch) -> Callable[..., BrowserContext]:
    """A browser of one person; all of them are watched."""

    def opened(**options: Any) -> BrowserContext:
        context = new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_default_timeout(PATIENCE_MS)
        watch.follow(context)
        return context

    return opened


@pytest.fixture(scope="session")
def owner_state(product: Product, browser: Browser, browser_context_args: dict[str, Any]) -> StorageState:
    """The first person comes by the link that the start printed, once; their cookies serve every test."""
    watch = Watch(product.address)
    context = browser.new_context(**browser_context_args)
    watch.follow(context)
    become_owner(context.new_page(), product)
    state = context.storage_state()
    context.close()
    assert watch.findings() == []
    return state


def become_owner(page: Page, product: Product) -> None:
    page.goto(product.welcome_address())
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to Tutti")
    page.get_by_role("textbox", name="Your name").fill(OWNER["name"])
    page.get_by_role("textbox", name="E-mail").fill(OWNER["email"])
    page.get_by_label("Password", exact=True).fill(OWNER["password"])
    page.get_by_role("textbox", name="Workspace").fill(OWNER["workspace"])
    page.get_by_role("button", name="Open the workspace").click()
    expect(page.get_by_role("button", name="Create workflow")).to_be_visible()


@pytest.fixture
def owner_page(new_context: Callable[..., BrowserContext], owner_state: StorageState, owner: Client) -> Page:
    # What a person likes is remembered, and would change what the next test meets.
    owner.patch("/api/me", json={"preferences": {"data_view": "table", "panel_wide": False}}).raise_for_status()
    return new_context(storage_state=owner_state).new_page()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """The phone of somebody who is not signed in."""
    return new_context(**PHONE).new_page()


@pytest.fixture
def owner_phone(new_context: Callable[..., BrowserContext], owner_state: StorageState) -> Page:
    return new_context(**PHONE, storage_state=owner_state).new_page()


@pytest.fixture(scope="session")
def owner(product: Product, owner_state: StorageState) -> Iterator[Client]:
    """The owner without the screen, to prepare what a test does not look at."""
    client = product.owner()
    yield client
    client.close()


@pytest.fixture
def page_of(new_context: Callable[..., BrowserContext], product: Product, owner: Client) -> Callable[..., Page]:
    """A page of a new person with these roles, who came in without the screen."""

    def opened(name: str, *roles: str, **options: Any) -> Page:
        person = product.join(owner, name, *roles)
        state = person.storage_state()
        person.close()
        return new_context(storage_state=state, **options).new_page()

    return opened


@pytest.fixture
def clipboard_page(owner_page: Page) -> Page:
    """A page that may use the clipboard without being asked each time."""
    owner_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return owner_page
