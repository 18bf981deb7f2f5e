"""Two tenants with something of everything, their people, and the listeners beside the product.

The first tenant is where attackers sit; the second is what they are after: nothing of it may change. What may be broken
on the way is broken in a third one.
"""

from __future__ import annotations

import hashlib
import itertools
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import httpx
import psycopg
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.urls import URLPattern
from django.utils import timezone

from builder.models import AccessRequest, Proposal, Workflow
from orchestrator.assets.evaluations import Evaluation
from orchestrator.assets.models import Asset, AssetGrant, AssetVersion
from orchestrator.assets.replacements import Replacement
from orchestrator.assets.trainings import Training
from orchestrator.assets.watches import Alert
from orchestrator.governance.actions.requests import hash_of
from orchestrator.governance.matrix import Role
from orchestrator.governance.models import AuditEvent, Membership, Policy, Request, User, Workspace
from tests.integration.runs.graphs import graph, line, node
from tests.redteam.attacker import Attacker, Notes
from tests.redteam.bodies import Bodies
from tests.redteam.canaries import MailCanary, NameCanary, WebCanary
from tests.running import Product

PASSWORD = "nobody guesses this one"
SECRET = f"canary-{secrets.token_hex(12)}"
"""The secret of each credential of the first tenant. It may leave towards the credential's own host only."""
RUN_SECONDS = 60
ENDED = ("done", "failed", "cancelled")
STILL = ("auditevent", "audithead", "auditvalue", "auditcheckpoint", "governance_trail", "run_anchors")
"""Ends of the names of tables in which the product itself writes while nobody does anything."""

COLLECTIONS = {
    "access-requests": "access_request",
    "alerts": "alert",
    "artifacts": "artifact",
    "asset-grants": "asset_grant",
    "asset-versions": "asset_version",
    "assets": "asset",
    "budgets": "budget",
    "call-limits": "call_limit",
    "credentials": "credential",
    "evaluations": "evaluation",
    "folder-grants": "folder_grant",
    "folders": "folder",
    "grants": "grant",
    "invitations": "invitation",
    "members": "member",
    "outgoing-mails": "mail",
    "policies": "policy",
    "proposals": "proposal",
    "replacements": "replacement",
    "requests": "request",
    "runs": "run",
    "saved-searches": "saved_search",
    "service-accounts": "account",
    "tasks": "task",
    "teams": "team",
    "tokens": "token",
    "trainings": "training",
    "versions": "version",
    "workflows": "workflow",
}
"""What stands before `<uuid:id>` in an address -> what of a tenant's things that is."""


@dataclass
class Tenant:
    workspace: str
    ids: dict[str, str] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    hook: str = ""
    """The token of a public link of its live workflow."""
    signed_hook: str = ""
    hook_secret: str = ""
    test_hook: str = ""
    form: str = ""


class World:
    _sources: ClassVar[Iterator[int]] = itertools.count(10)

    def __init__(self, product: Product, mail: MailCanary) -> None:
        self.product = product
        self.secret = SECRET
        self.notes = Notes(lambda: [SECRET])
        self.web, self.names, self.mail = WebCanary(), NameCanary(), mail
        self.bodies = Bodies()
        self._password = make_password(PASSWORD)
        self._signed_in: dict[tuple[str, str], Attacker] = {}
        self._tokens: dict[tuple[str, ...], str] = {}
        home = Workspace.objects.order_by("id").first()
        self.here = self._tenant(home or Workspace.objects.create(name="Here"))
        self.there = self._tenant(Workspace.objects.create(name="There"))
        self.yard = self._tenant(Workspace.objects.create(name="Yard"))
        for tenant in (self.here, self.there, self.yard):
            Workspace.objects.filter(id=tenant.workspace).update(allowed_hosts=[self.web.host])
            Furnishing(self, tenant).furnish()
        self.settle()

    # --- people --------------------------------------------------------------------------------------------------

    def _tenant(self, workspace: Workspace) -> Tenant:
        tenant = Tenant(workspace=str(workspace.id))
        for role in Role:
            tenant.people[str(role)] = self.person(tenant, str(role), role)
        tenant.people["everything"] = self.person(tenant, "everything", *Role)
        return tenant

    def person(self, tenant: Tenant, name: str, *roles: Role) -> User:
        email = f"{name}.{secrets.token_hex(6)}@example.com"
        user = User.objects.create(email=email, name=name.replace("_", " ").title(), password=self._password)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
        if roles:
            Membership.objects.create(
                workspace_id=tenant.workspace, user=user, roles=[str(role) for role in roles if role != Role.OWNER]
            )
            if Role.OWNER in roles:
                Membership.objects.filter(user=user).update(roles=[str(role) for role in roles])
        return user

    def source(self) -> str:
        """An address of this machine that nobody has used, so that no attempt uses up another's allowance."""
        number = next(self._sources)
        return f"127.0.{number // 250}.{number % 250 + 1}"

    def stranger(self, who: str = "anonymous", **options: Any) -> Attacker:
        return Attacker(self.product.address, self.notes, who, source=self.source(), **options)

    def sign_in(self, user: User, who: str) -> Attacker:
        attacker = self.stranger(who)
        answer = attacker.sign_in(user.email, PASSWORD)
        assert answer.status_code == 200, f"{who} cannot sign in: {answer.text}"
        return attacker

    def as_role(self, role: str, tenant: Tenant | None = None) -> Attacker:
        """Somebody with this role; `everything` holds all of them. Signed in once."""
        tenant = tenant or self.here
        key = (tenant.workspace, role)
        if key not in self._signed_in:
            side = {id(self.here): "T1", id(self.there): "T2"}.get(id(tenant), "T3")
            self._signed_in[key] = self.sign_in(tenant.people[role], f"{side}.{role}")
        return self._signed_in[key]

    @property
    def insider(self) -> Attacker:
        return self.as_role("everything")

    def by_token(self, *scopes: str) -> Attacker:
        """A program with a token of somebody who holds every role, with these scopes only."""
        if scopes not in self._tokens:
            self._tokens[scopes] = self.new_token(*scopes)["secret"]
        return self.stranger(f"token[{' '.join(scopes)}]", token=self._tokens[scopes])

    def new_token(self, *scopes: str, owner: Attacker | None = None, tenant: Tenant | None = None) -> dict[str, Any]:
        until = (timezone.now() + timedelta(days=1)).isoformat()
        sent = {"name": f"Token {secrets.token_hex(4)}", "scopes": list(scopes), "expires_at": until}
        place = f"/api/workspaces/{(tenant or self.here).workspace}/tokens"
        answer = (owner or self.insider).post(place, json=sent)
        return dict(answer.raise_for_status().json())

    # --- workflows and runs --------------------------------------------------------------------------------------

    def make(self, person: Attacker, workspace: str, document: dict[str, Any], *, live: bool = True) -> str:
        name = f"Attempt {secrets.token_hex(4)}"
        made = person.post(f"/api/workspaces/{workspace}/workflows", json={"name": name}).raise_for_status()
        workflow = str(made.json()["id"])
        self.save(person, workflow, document).raise_for_status()
        if live:
            self.publish(person, workflow).raise_for_status()
        return workflow

    def save(self, person: Attacker, workflow: str, document: Any) -> httpx.Response:
        token = person.get(f"/api/workflows/{workflow}/draft").json()["token"]
        match = {"If-Match": f'"{token}"'}
        return person.put(f"/api/workflows/{workflow}/draft", json={"graph": document}, headers=match)

    def publish(self, person: Attacker, workflow: str) -> httpx.Response:
        return person.post(f"/api/workflows/{workflow}/publish", json={"note": "As agreed"})

    def start(self, person: Attacker, workflow: str, **sent: Any) -> str:
        answer = person.post(f"/api/workflows/{workflow}/runs", json=sent)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def rest(self, person: Attacker, run: str, seconds: float = RUN_SECONDS) -> dict[str, Any]:
        """The run once nothing works in it any more."""
        until = time.monotonic() + seconds
        while True:
            found: dict[str, Any] = person.get(f"/api/runs/{run}").json()
            if found["status"] not in ("queued", "running"):
                return found
            if time.monotonic() > until:
                raise AssertionError(f"A run did not come to rest in {seconds:g} s.")
            time.sleep(0.1)

    def tried(self, document: dict[str, Any], **given: Any) -> dict[str, Any]:
        """The draft of `document`, run as a test to its rest; each step's values in `values`, by key."""
        person = self.insider
        workflow = self.make(person, self.here.workspace, document, live=False)
        run = self.start(person, workflow, draft=True, input=given)
        return self.told(person, run)

    def told(self, person: Attacker, run: str) -> dict[str, Any]:
        return {**self.rest(person, run), "values": person.get(f"/api/runs/{run}/values").json()}

    # --- what has to hold ----------------------------------------------------------------------------------------

    def settle(self) -> None:
        """From here on what belongs to the second tenant stays as it is."""
        self._there = self.fingerprint()

    def wrong(self) -> list[str]:
        """What must not be after an attempt, whatever it was."""
        found = list(dict.fromkeys(self.notes.findings))[:5]
        found += [f"the HTTP canary was reached: {hit}" for hit in self.web.stolen()[:5]]
        found += [f"the secret reached the HTTP canary at {hit.path}" for hit in self.web.hits if SECRET in hit.text]
        found += [f"the name canary got {len(self.names.hits)} datagrams"] if self.names.hits else []
        found += [f"a mail went to {one}" for letter in self.mail.letters for one in letter.to if "evil" in one]
        now = self.fingerprint()
        found += [f"rows of the other tenant changed: {name}" for name in now if now[name] != self._there.get(name)]
        self._there = now
        self.web.hits.clear()
        self.names.hits.clear()
        self.mail.letters.clear()
        return found

    def fingerprint(self) -> dict[str, str]:
        """Of everything that the second tenant owns, by table."""
        found: dict[str, str] = {}
        with self.database() as database:
            tables = database.execute(
                "SELECT table_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND column_name = 'workspace_id'"
            ).fetchall()
            for (name,) in tables:
                if name.endswith(STILL):
                    continue
                rows = database.execute(
                    f'SELECT t::text FROM "{name}" t WHERE workspace_id = %s ORDER BY 1',
                    [self.there.workspace],
                )
                found[name] = hashlib.sha256("\n".join(row[0] for row in rows).encode()).hexdigest()
        return found

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection[Any]]:
        """As somebody who got hold of the product's own account."""
        with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
            yield connection

    def denials(self) -> int:
        return AuditEvent.objects.filter(result="denied").count()

    def work(self) -> None:
        """Raises AssertionError unless web and workers still do what they are there for."""
        run = self.start(self.insider, self.here.ids["workflow"], input={"n": 1})
        assert self.rest(self.insider, run)["status"] == "done", "the workers do not work any more"

    # --- addresses -----------------------------------------------------------------------------------------------

    def filled(self, route: str, entry: URLPattern, tenant: Tenant | None) -> str | None:
        """The address of a route with ids of the tenant, or made up ones. None: it has no part that names a thing."""
        address = f"/{route}"
        for name in entry.pattern.converters:
            address = _with(address, name, self._part(route, name, tenant))
        return address if entry.pattern.converters else None

    def _part(self, route: str, name: str, tenant: Tenant | None) -> str:
        if name == "workspace":
            return tenant.workspace if tenant else str(uuid4())
        if name == "id":
            collection = route.partition("<uuid:id>")[0].rstrip("/").rpartition("/")[2]
            return tenant.ids[COLLECTIONS[collection]] if tenant else str(uuid4())
        plain = {"node": "hook", "key": "document_intake", "path": "x/y", "step": "1", "seq": "1", "session": "1"}
        if name == "name":
            return str(uuid4()) if "<uuid:name>" in route else "live"
        return plain.get(name, "nothing")

    def close(self) -> None:
        for attacker in self._signed_in.values():
            attacker.close()
        self.web.close()
        self.names.close()
        self.mail.close()


def _with(address: str, name: str, value: str) -> str:
    before, _, after = address.partition("<")
    kind, _, rest = after.partition(">")
    if kind.partition(":")[2] == name:
        return f"{before}{value}{rest}"
    return f"{before}<{kind}>{_with(rest, name, value)}"


class Furnishing:
    """Puts one of everything into a tenant."""

    def __init__(self, world: World, tenant: Tenant) -> None:
        self._world, self._tenant = world, tenant
        self._person = world.as_role("everything", tenant)
        self._ids = tenant.ids
        self._place = f"/api/workspaces/{tenant.workspace}"

    def furnish(self) -> None:
        self._governance()
        self._workflows()
        self._runs()
        self._assets()
        self._rest()

    def _add(self, name: str, address: str, body: Any = None, **options: Any) -> dict[str, Any]:
        answer = self._person.post(address, json=body, **options)
        assert answer.is_success, f"{name}: {answer.status_code} {answer.text}"
        made = dict(answer.json())
        if "id" in made:
            self._ids[name] = str(made["id"])
        return made

    def _governance(self) -> None:
        place, host = self._place, self._world.web.host
        secret = {"token": SECRET}
        self._add(
            "credential", f"{place}/credentials", {"name": "CRM", "kind": "bearer", "secret": secret, "hosts": [host]}
        )
        self._add("team", f"{place}/teams", {"name": "Finance"})
        self._add("invitation", f"{place}/invitations", {"email": "guest@example.com", "roles": ["viewer"]})
        self._add("folder", f"{place}/folders", {"name": "Invoices"})
        until = (timezone.now() + timedelta(days=30)).isoformat()
        self._add("token", f"{place}/tokens", {"name": "Mine", "scopes": ["workflow:read"], "expires_at": until})
        self._add(
            "saved_search", f"{place}/saved-searches", {"page": "runs", "name": "Mine", "query": {"status": "failed"}}
        )
        who = {"owner": str(self._tenant.people["everything"].id), "roles": ["viewer"], "purpose": "Reports"}
        review = (timezone.localdate() + timedelta(days=30)).isoformat()
        self._add("account", f"{place}/service-accounts", {"name": "Robot", "review_on": review, **who})
        guest = {"user": str(self._tenant.people["viewer"].id), "level": "use"}
        self._add("folder_grant", f"/api/folders/{self._ids['folder']}/grants", guest)
        self._ids["member"] = str(Membership.objects.get(user=self._tenant.people["viewer"]).id)

    def _workflows(self) -> None:
        person, workspace = self._person, self._tenant.workspace
        first = {"fields": [{"key": "n", "label": "n", "type": "number"}]}
        nodes = [
            node("start", "start_manual", first),
            node("hook", "start_link", {"access": "public"}),
            node("signed", "start_link", {"access": "secret"}),
            node("form", "start_form", {"title": "Ask", "fields": [{"key": "q", "label": "Question"}]}),
            node("mark", "set_fields", {"fields": [{"name": "seen", "value": "yes"}]}),
        ]
        lines = [line(one["key"], "mark") for one in nodes[:4]]
        workflow = self._world.make(person, workspace, graph(nodes, lines))
        self._ids["workflow"] = workflow
        self._ids["version"] = str(person.get(f"/api/workflows/{workflow}").json()["live_version"]["id"])
        links = {one["node"]: one for one in person.get(f"/api/workflows/{workflow}/links").json()}
        self._tenant.hook = links["hook"]["address"].rpartition("/")[2]
        self._tenant.test_hook = links["hook"]["test_address"].rpartition("/")[2]
        self._tenant.signed_hook = links["signed"]["address"].rpartition("/")[2]
        secret = self._add("", f"/api/workflows/{workflow}/links/signed/secret")
        self._tenant.hook_secret = secret["secret"]
        self._tenant.form = person.get(f"/api/workflows/{workflow}/forms").json()[0]["address"].rpartition("/")[2]
        named = {"user": str(self._tenant.people["viewer"].id), "level": "use"}
        self._add("grant", f"/api/workflows/{workflow}/grants", named)

    def _runs(self) -> None:
        person, world = self._person, self._world
        files = {"file": ("order.txt", b"Order 4711 over 20 EUR", "text/plain")}
        answer = person.post(f"{self._place}/artifacts", files=files)
        assert answer.status_code == 201, answer.text
        self._ids["artifact"] = str(answer.json()["file_id"])
        run = world.start(person, self._ids["workflow"], start="start", input={"n": 1})
        self._ids["run"] = run
        assert world.rest(person, run)["status"] == "done"
        mail = {"to": "ann@example.com", "subject": "Hello", "body": "Text"}
        asking = [
            node("start", "start_manual"),
            node("tell", "send_mail", mail),
            node("ask", "approval", {"title": "Pay?"}),
            node("mark", "set_fields", {"fields": [{"name": "seen", "value": "yes"}]}),
        ]
        lines = [line("start", "tell"), line("tell", "ask"), line("ask", "mark", "approved")]
        waiting = world.start(person, world.make(person, self._tenant.workspace, graph(asking, lines)), input={})
        assert world.rest(person, waiting)["status"] == "waiting"
        self._ids["waiting_run"] = waiting
        self._ids["task"] = str(self._listed("tasks")[0]["id"])
        self._ids["mail"] = str(self._listed("outgoing-mails")[0]["id"])

    def _listed(self, collection: str) -> list[dict[str, Any]]:
        return list(self._person.get(f"{self._place}/{collection}").raise_for_status().json()["results"])

    def _assets(self) -> None:
        place = self._place
        prompt = {"name": "reply", "kind": "prompt", "title": "Reply", "version": {"config": {"text": "Dear {name}"}}}
        made = self._add("asset", f"{place}/assets", prompt)
        self._ids["asset_version"] = str(AssetVersion.objects.get(asset_id=made["id"]).id)
        self._add("second_version", f"/api/assets/{made['id']}/versions", {"config": {"text": "Hello {name}"}})
        named = {"user": str(self._tenant.people["viewer"].id), "level": "use"}
        self._person.post(f"/api/assets/{made['id']}/grants", json=named).raise_for_status()
        self._ids["asset_grant"] = str(AssetGrant.objects.get(asset_id=made["id"]).id)
        self._add("budget", f"{place}/budgets", {"amount": "10", "at_limit": "warn", "period": "month"})
        self._add("call_limit", f"{place}/call-limits", {"per_minute": 1_000})

    def _rest(self) -> None:
        """What comes about by itself only after a while."""
        workspace, ids = UUID(self._tenant.workspace), self._ids
        asset = Asset.objects.get(id=ids["asset"])
        before, after = asset.versions.order_by("number")
        owner = self._tenant.people["everything"]
        member = Membership.objects.get(user=self._tenant.people["operator"])
        workflow = Workflow.objects.get(pk=ids["workflow"])
        payload = {"version": 2}
        request = Request.objects.create(
            workspace_id=workspace,
            kind="asset.replacement",
            object_type="asset",
            object_id=asset.id,
            object_name=asset.title,
            payload=payload,
            content_hash=hash_of(payload),
            requester=owner,
            reason="Better",
            expires_at=timezone.now() + timedelta(days=7),
        )
        rows: dict[str, Any] = {
            "access_request": AccessRequest.objects.create(workflow=workflow, member=member, level="use"),
            "alert": Alert.objects.create(workspace_id=workspace, asset=asset, version=before, kind="drift_input"),
            "proposal": Proposal.objects.create(
                workflow=workflow,
                made_for=owner,
                sentence="Build",
                graph={**graph([], []), "groups": []},
                blanks=0,
            ),
            "evaluation": Evaluation.objects.create(asset=asset, version=before, data_set=before, state="failed"),
            "replacement": Replacement.objects.create(
                asset=asset, alias="live", before=before, after=after, request=request, plan={"how": "at_once"}
            ),
            "request": request,
            "policy": Policy.objects.create(
                workspace_id=workspace, member=member, verbs=["budget:manage"], reason="Not theirs"
            ),
            "training": Training.objects.create(
                workspace_id=workspace, asset=asset, by=owner, run=UUID(ids["run"]), source="x", state="failed"
            ),
        }
        ids.update({name: str(row.pk) for name, row in rows.items()})
