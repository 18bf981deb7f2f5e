"""Every way in: a second factor, recovery codes, a passkey, the organisation's account; and the ways out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.reading import heading, row_with
from tests.browser.test_accessibility import look_through
from tests.browser.watch import Watch
from tests.peers.authenticator import code_of
from tests.peers.identity import IdentityProvider
from tests.running import OWNER, Client, Product

PASSWORD = OWNER["password"]
ANSWERS = ((404, "/authenticators/totp"), (401, "/authenticators/totp"), (401, "/auth/login"))
LOCAL = "127.0.0.1"


def unique(name: str) -> str:
    return f"{name} {uuid.uuid4().hex[:6]}"


def prove(page: Page) -> None:
    dialog = page.get_by_role("dialog", name="Is it you?")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog).to_have_count(0)


def set_up_app(page: Page) -> str:
    """Adds an authenticator app up to the point where recovery codes are shown; answers its key."""
    page.get_by_role("button", name="Add authenticator app").click()
    dialog = page.get_by_role("dialog", name="Set up an authenticator app")
    expect(dialog.get_by_role("img", name="QR code for the authenticator app")).to_be_visible()
    secret = dialog.locator("code").inner_text()
    dialog.get_by_label("First code").fill(code_of(secret))
    dialog.get_by_role("button", name="Confirm").click()
    prove(page)
    return secret


def kept_codes(page: Page) -> list[str]:
    """The recovery codes, after the person has said that they kept them."""
    dialog = page.get_by_role("dialog", name="Recovery codes")
    codes = dialog.get_by_role("listitem").all_inner_texts()
    done = dialog.get_by_role("button", name="Done")
    expect(done).to_be_disabled()
    dialog.get_by_role("checkbox", name="I have kept these codes").check()
    done.click()
    expect(dialog).to_have_count(0)
    return codes


def email_of(page: Page) -> str:
    return page.get_by_role("textbox", name="E-mail").input_value()


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="your account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(heading(page)).to_have_text("Sign in")


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_role("textbox", name="E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def factor(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="Second factor").get_by_role("listitem").filter(has_text=name)


@pytest.mark.ux(10)
def test_a_second_factor_is_set_up_asked_for_and_stood_in_for_by_a_recovery_code(
    page_of: Callable[..., Page], watch: Watch
) -> None:
    for status, ending in ANSWERS:
        watch.expect_answer(status, ending)
    page = page_of(unique("Tia"), "viewer")
    page.goto("/profile")
    email = email_of(page)
    set_up_app(page)
    dialog = page.get_by_role("dialog", name="Recovery codes")
    expect(dialog).to_be_visible()
    look_through(page)
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download").click()
    codes = kept_codes(page)
    assert len(codes) == 10
    assert codes[0].replace(" ", "") in download.value.path().read_text()
    expect(factor(page, "Authenticator app")).to_be_visible()
    expect(factor(page, "Recovery codes")).to_contain_text("10 left")
    sign_out(page)

    sign_in(page, email)
    expect(heading(page)).to_have_text("One more step")
    look_through(page)
    watch.expect_answer(400, "/2fa/authenticate")
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not the right code.")
    page.get_by_label("Code", exact=True).fill(codes[0])
    page.get_by_role("button", name="Go on").click()
    expect(heading(page)).to_contain_text("Tia")
    page.goto("/profile")
    expect(factor(page, "Recovery codes")).to_contain_text("9 left")


@pytest.mark.ux(10)
def test_a_passkey_signs_in_alone(
    page_of: Callable[..., Page], new_context: Callable[..., BrowserContext], product: Product, watch: Watch
) -> None:
    known = page_of(unique("Pia"), "viewer")
    known.goto("/profile")
    email = email_of(known)
    expect(known.get_by_text("Passkeys need a safe connection")).to_be_visible()
    expect(known.get_by_role("button", name="Add passkey")).to_have_count(0)

    # A passkey belongs to a name; an address in numbers has none.
    named = product.address.replace(LOCAL, "localhost")
    page = new_context().new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    ready = {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, **ready}})
    page.goto(f"{named}/sign-in?next=/profile")
    sign_in(page, email)
    page.get_by_role("button", name="Add passkey").click()
    dialog = page.get_by_role("dialog", name="Add a passkey")
    dialog.get_by_role("textbox", name="Name").fill("My laptop")
    dialog.get_by_role("button", name="Make passkey").click()
    prove(page)
    kept_codes(page)
    expect(factor(page, "My laptop")).to_be_visible()
    sign_out(page)

    page.get_by_role("button", name="Use a passkey").click()
    expect(heading(page)).to_contain_text("Pia")
    page.goto(f"{named}/profile")
    factor(page, "My laptop").get_by_role("button", name="Remove My laptop").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog", name="Is it you?")
    dialog.get_by_role("button", name="Use passkey").click()
    expect(factor(page, "My laptop")).to_have_count(0)
    expect(page.get_by_text("You have none yet.")).to_be_visible()


@pytest.fixture
def demanding(owner: Client, product: Product) -> Iterator[None]:
    """Acme demands a second factor for as long as the test lasts; its owner has one."""
    client = product.owner()
    proof = {"password": PASSWORD}
    door = "/_allauth/browser/v1"
    client.post(f"{door}/auth/reauthenticate", json=proof).raise_for_status()
    secret = client.get(f"{door}/account/authenticators/totp").json()["meta"]["secret"]
    client.post(f"{door}/account/authenticators/totp", json={"code": code_of(secret)}).raise_for_status()
    settings = f"/api/workspaces/{client.workspace}"
    client.patch(settings, json={"second_factor_required": True}).raise_for_status()
    yield
    client.patch(settings, json={"second_factor_required": False}).raise_for_status()
    client.post(f"{door}/auth/reauthenticate", json=proof).raise_for_status()
    client.delete(f"{door}/account/authenticators/totp").raise_for_status()
    client.close()


@pytest.mark.ux(10)
def test_nothing_opens_where_a_second_factor_is_demanded_until_there_is_one(
    page_of: Callable[..., Page], owner: Client, demanding: None, watch: Watch
) -> None:
    watch.expect_answer(404, "/authenticators/totp")
    watch.expect_answer(401, "/authenticators/totp")
    page = page_of(unique("Nia"), "builder")
    page.goto("/workflows")
    expect(heading(page)).to_have_text("Set up a second factor")
    expect(page.get_by_text("Acme asks everybody for a second factor")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    look_through(page)
    set_up_app(page)
    kept_codes(page)
    expect(heading(page)).to_have_text("Workflows")


@pytest.mark.ux(10)
def test_an_account_of_the_organisation_comes_in_with_the_roles_of_its_groups(
    owner_page: Page, owner: Client, new_context: Callable[..., BrowserContext], company: IdentityProvider
) -> None:
    group, name = unique("buyers"), unique("Zoe")
    page = owner_page
    page.goto("/admin/groups")
    page.get_by_role("button", name="Add group").click()
    page.get_by_role("textbox", name="Group").last.fill(group)
    page.get_by_role("combobox", name="Roles").last.click()
    page.get_by_role("option", name="Operator").click()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Groups saved.")).to_be_visible()

    email = f"{uuid.uuid4().hex[:8]}@example.com"
    company.people["zoe"] = {"name": name, "email": email, "email_verified": True, "groups": [group]}
    guest = new_context().new_page()
    guest.goto("/runs")
    guest.get_by_role("button", name="Continue with Acme").click()
    guest.get_by_role("link", name=name).click()
    expect(heading(guest)).to_have_text("Runs")
    expect(guest).to_have_url(re.compile(r"/runs$"))

    page.goto(f"/admin/users?search={email}")
    row = row_with(page.get_by_role("table", name="People"), email)
    expect(row).to_contain_text("Operator")
    expect(row).to_contain_text("by groups")

    company.people["zoe"]["groups"] = []
    sign_out(guest)
    guest.goto("/sign-in")
    guest.get_by_role("button", name="Continue with Acme").click()
    guest.get_by_role("link", name=name).click()
    expect(heading(guest)).to_have_text("You belong to no workspace")
    del company.people["zoe"]
    owner.put(f"/api/workspaces/{owner.workspace}/group-roles", json={"lines": []}).raise_for_status()


@pytest.mark.ux(10)
def test_who_is_not_let_in_by_the_organisation_is_told_why(
    new_context: Callable[..., BrowserContext], owner: Client, company: IdentityProvider
) -> None:
    name = unique("Eva")
    company.people["eva"] = {"name": name, "email": f"{uuid.uuid4().hex}@example.com", "email_verified": True}
    page = new_context().new_page()
    page.goto("/sign-in")
    page.get_by_role("button", name="Continue with Acme").click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("alert")).to_contain_text("nobody has given you access yet")
    del company.people["eva"]


def test_places_where_one_is_signed_in_are_listed_and_ended(
    page_of: Callable[..., Page], new_context: Callable[..., BrowserContext], watch: Watch
) -> None:
    name = unique("Ria")
    page = page_of(name, "viewer")
    page.goto("/profile")
    email = email_of(page)
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
    other = new_context(user_agent=agent).new_page()
    other.goto("/sign-in?next=/runs")
    sign_in(other, email)
    expect(heading(other)).to_have_text("Runs")

    page.reload()
    places = page.get_by_role("table", name="Where you are signed in")
    row = row_with(places, "Safari on iPhone")
    expect(row).to_contain_text("This computer")
    row.get_by_role("button", name="End Safari on iPhone").click()
    page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(page.get_by_role("status").filter(has_text="The session is ended.")).to_be_visible()
    expect(row).to_have_count(0)
    other.reload()
    expect(heading(other)).to_have_text("Sign in")


def test_an_administrator_signs_a_member_out_everywhere(owner_page: Page, page_of: Callable[..., Page]) -> None:
    name = unique("Kai")
    member = page_of(name, "viewer")
    member.goto("/runs")
    expect(heading(member)).to_have_text("Runs")
    page = owner_page
    page.goto(f"/admin/users?search={name.split()[1]}")
    page.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name="Where they are signed in").click()
    dialog = page.get_by_role("dialog", name=f"Where {name} is signed in")
    expect(dialog.get_by_role("table")).to_be_visible()
    look_through(page)
    dialog.get_by_role("button", name="End all").click()
    expect(page.get_by_role("status").filter(has_text=f"{name} is signed out everywhere.")).to_be_visible()
    member.goto("/runs")
    expect(heading(member)).to_have_text("Sign in")
