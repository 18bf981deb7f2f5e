"""Every door of the API, with the verb that opens it and a body that works: what the tests of the matrix knock at.

A new route belongs into `DOORS`, or the tests name it. `{name}` in an address and `$name` in a body stand for something
of `world.build`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from orchestrator.governance.matrix import SIGNED_IN, VERBS, Role

NOBODYS = "nobody"
"""Opens for nobody but the person whose thing it is, who is none of those who knock."""
FINE = frozenset({200, 201, 202, 204})


@dataclass(frozen=True, kw_only=True)
class Door:
    method: str
    address: str
    """Below `/api/`."""
    verbs: tuple[str, ...]
    """Any of them opens it."""
    also: tuple[str, ...] = ()
    """All of these, too."""
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    gives: frozenset[int] = FINE
    """What it answers to who may: another one than fine where what lies behind is not there, which `why` says."""
    why: str = ""
    hidden: bool = False
    """Who may not is told that there is nothing."""
    owners: bool = False
    """Only owners, whatever admins may else."""
    people: bool = False
    """Only people: programs are refused, whatever their tokens name."""
    few: bool = False
    """Each answer takes long: one role is enough."""

    def __str__(self) -> str:
        return f"{self.method} {self.address}"

    def opens_for(self, role: Role, named: frozenset[str] = frozenset(VERBS)) -> bool:
        """For somebody with this role and no other, within what `named` holds."""
        if SIGNED_IN in self.verbs:
            return True
        if self.owners and role is not Role.OWNER:
            return False
        held = {verb for verb in named if role in VERBS[verb]}
        return any(verb in held for verb in self.verbs) and held.issuperset(self.also)


def door(method: str, address: str, *verbs: str, **more: Any) -> Door:
    gives = more.pop("gives", None)
    return Door(method=method, address=address, verbs=verbs, gives=frozenset({gives} if gives else FINE), **more)


def _doors() -> Iterator[Door]:
    yield from GOVERNANCE
    yield from BUILDER
    yield from ASSETS
    yield from RUNS
    yield from STARTS
    yield from REST


CREDENTIAL = {"name": "CRM", "kind": "bearer", "secret": {"token": "t"}, "hosts": ["crm.example.com"]}
TOKEN = {"name": "Nightly", "scopes": ["workflow:read"], "expires_at": "$soon"}
ACCOUNT = {"name": "Nightly", "purpose": "Reports", "roles": ["viewer"], "owner": "$user", "review_on": "$review"}
REFUSAL = {"approve": False, "reason": "Not now", "content_hash": "$request_hash"}
RULE = {"role": "viewer", "verbs": ["run:read"], "reason": "Until the review"}
WORKSPACE = "workspaces/{workspace}"

GOVERNANCE = [
    door("patch", "me", SIGNED_IN, body={"name": "Somebody"}),
    door("delete", "invitations/{invitation}", "member:manage"),
    door("patch", "members/{member}", "member:manage", body={"roles": ["builder"]}),
    door("delete", "members/{member}", "member:manage", gives=409, why="they answer for a service account"),
    door("get", "members/{member}/belongings", "member:manage"),
    door("get", "members/{member}/sessions", "member:manage"),
    door("delete", "members/{member}/sessions", "member:manage"),
    door("delete", "members/{member}/sessions/1", "member:manage", gives=404, why="it has ended"),
    door("post", "members/{member}/password-link", "member:manage", owners=True),
    door("get", "me/sessions", SIGNED_IN),
    door("delete", "me/sessions", SIGNED_IN),
    door("delete", "me/sessions/1", SIGNED_IN, gives=404, why="it has ended"),
    door("get", "me/totp-picture", SIGNED_IN, gives=404, why="nobody is setting up an app"),
    door("get", "members/{member}/rights", "member:read"),
    door("patch", "credentials/{credential}", "credential:edit", body={"name": "CRM of old"}),
    door("delete", "credentials/{credential}", "credential:edit"),
    door(
        "post",
        "credentials/{credential}/trial",
        "credential:use",
        "credential:edit",
        body={"address": "https://127.0.0.1:1/"},
    ),
    door("get", WORKSPACE, "workspace:read"),
    door("patch", WORKSPACE, "workspace:manage", body={"name": "Pier"}),
    door("get", f"{WORKSPACE}/members", "member:read"),
    door("get", f"{WORKSPACE}/invitations", "member:read"),
    door("post", f"{WORKSPACE}/invitations", "member:manage", body={"email": "new@example.com", "roles": ["viewer"]}),
    door("get", f"{WORKSPACE}/credentials", "credential:read"),
    door("post", f"{WORKSPACE}/credentials", "credential:edit", body=CREDENTIAL),
    door("get", f"{WORKSPACE}/teams", "member:read"),
    door("post", f"{WORKSPACE}/teams", "member:manage", body={"name": "Buying"}),
    door("patch", "teams/{team}", "member:manage", body={"name": "Selling"}),
    door("delete", "teams/{team}", "member:manage"),
    door("get", f"{WORKSPACE}/tokens", SIGNED_IN),
    door("post", f"{WORKSPACE}/tokens", SIGNED_IN, body=TOKEN),
    door("get", f"{WORKSPACE}/all-tokens", "member:manage"),
    door("delete", "tokens/{token}", "member:manage", hidden=True),
    door("get", f"{WORKSPACE}/matrix", "member:read"),
    door("get", f"{WORKSPACE}/audit/export?format=csv", "audit:export"),
    door("get", f"{WORKSPACE}/audit-events", "audit:read"),
    door("get", f"{WORKSPACE}/audit-facets", "audit:read"),
    door("get", f"{WORKSPACE}/saved-searches?page=runs", "workflow:read"),
    door(
        "post",
        f"{WORKSPACE}/saved-searches",
        "workflow:read",
        body={"page": "runs", "name": "Mine", "query": {}},
        people=True,
    ),
    door("delete", "saved-searches/{search}", NOBODYS, hidden=True),
    door("get", f"{WORKSPACE}/audit/checks", "audit:read"),
    door("post", f"{WORKSPACE}/audit/checks", "audit:read"),
    door("get", f"{WORKSPACE}/audit/integrity", "audit:read"),
    door("get", f"{WORKSPACE}/audit/evidence", "audit:export"),
    door("get", f"{WORKSPACE}/former-people", "member:manage"),
    door(
        "post",
        f"{WORKSPACE}/erasures",
        "member:manage",
        body={"person": "$user", "reason": "They asked"},
        gives=409,
        why="they are a member still",
    ),
    door("get", f"{WORKSPACE}/group-roles", "member:manage"),
    door("put", f"{WORKSPACE}/group-roles", "member:manage", body={"lines": []}),
    door("get", f"{WORKSPACE}/requests", "request:read"),
    door("get", "requests/{request}", "member:manage", "audit:read", hidden=True),
    door("post", "requests/{request}/decide", "member:manage", body=REFUSAL, hidden=True),
    door("post", "requests/{request}/withdraw", NOBODYS, hidden=True),
    door("get", f"{WORKSPACE}/policies", "member:read"),
    door("post", f"{WORKSPACE}/policies", "member:manage", body=RULE),
    door("delete", "policies/{policy}", "member:manage"),
    door("get", f"{WORKSPACE}/service-accounts", "workspace:read"),
    door("post", f"{WORKSPACE}/service-accounts", "member:manage", body=ACCOUNT),
    door("patch", "service-accounts/{account}", "member:manage", body={"purpose": "Still"}, hidden=True),
    door("delete", "service-accounts/{account}", "member:manage", hidden=True),
    door("get", "service-accounts/{account}/tokens", "member:read", hidden=True),
    door("post", "service-accounts/{account}/tokens", NOBODYS, body=TOKEN, hidden=True),
]

WORKFLOW = "workflows/{workflow}"
TAKEN = {"if-match": '"{draft}"'}
BUILDER = [
    door("get", "node-types", SIGNED_IN),
    door("get", f"{WORKSPACE}/templates", "workflow:read"),
    door(
        "post",
        f"{WORKSPACE}/templates",
        "workflow:edit",
        body={"workflow": "$workflow", "name": "Pattern", "category": "$category"},
    ),
    door("get", f"{WORKSPACE}/templates/{{template}}", "workflow:read"),
    door("delete", f"{WORKSPACE}/templates/{{template}}", "workflow:edit"),
    door("post", f"{WORKSPACE}/imports", "workflow:edit", body={"document": "$document"}),
    door("post", f"{WORKSPACE}/imports/look", "workflow:edit", body={"document": "$document"}),
    door("get", f"{WORKFLOW}/export", "workflow:read"),
    door("get", f"{WORKSPACE}/sample-files", "workflow:read"),
    door("get", f"{WORKSPACE}/workflows", "workflow:read"),
    door("post", f"{WORKSPACE}/workflows", "workflow:edit", body={"name": "New"}),
    door("post", f"{WORKSPACE}/workflows/bulk", "workflow:read", body={"action": "archive", "ids": ["$workflow"]}),
    door("get", f"{WORKSPACE}/workflow-facets", "workflow:read"),
    door("get", f"{WORKSPACE}/folders", "workflow:read"),
    door("post", f"{WORKSPACE}/folders", "workflow:edit", body={"name": "New"}),
    door("patch", "folders/{folder}", "workflow:edit", body={"name": "Renamed"}),
    door("delete", "folders/{folder}", "workflow:edit"),
    door("get", "folders/{folder}/grants", "workflow:share"),
    door("post", "folders/{folder}/grants", "workflow:share", body={"team": "$other_team", "level": "use"}),
    door("get", "folders/{folder}/grants/candidates", "workflow:share"),
    door("patch", "folder-grants/{folder_grant}", "workflow:share", body={"level": "edit"}),
    door("delete", "folder-grants/{folder_grant}", "workflow:share"),
    door("get", WORKFLOW, "workflow:read"),
    door("patch", WORKFLOW, "workflow:edit", body={"name": "Renamed"}),
    door("delete", "workflows/{archived}", "workflow:edit"),
    door("get", f"{WORKFLOW}/hearers", "workflow:edit"),
    door("get", f"{WORKFLOW}/draft", "workflow:read"),
    door("put", f"{WORKFLOW}/draft", "workflow:edit", body={"graph": "$graph"}, headers=TAKEN),
    door("post", f"{WORKFLOW}/publish", "workflow:publish", body={"note": "As agreed"}),
    door("post", f"{WORKFLOW}/unpublish", "workflow:publish"),
    door("get", f"{WORKFLOW}/publishing", "workflow:read"),
    door("post", f"{WORKFLOW}/publishing-requests", "workflow:edit", body={"note": "As agreed"}),
    door("post", f"{WORKFLOW}/run-as-offers", "workflow:edit", body={"user": "$user", "reason": "Yours"}),
    door("post", "workflows/{unpublished}/archive", "workflow:edit"),
    door("post", "workflows/{archived}/restore", "workflow:edit"),
    door("get", f"{WORKFLOW}/samples", "workflow:edit"),
    door("put", f"{WORKFLOW}/samples/greet", "workflow:edit", body={"value": {"greeting": "hi"}}),
    door("delete", f"{WORKFLOW}/samples/greet", "workflow:edit"),
    door("get", f"{WORKFLOW}/loaded-run", "workflow:edit"),
    door("delete", f"{WORKFLOW}/loaded-run", "workflow:edit"),
    door("post", f"{WORKFLOW}/formulas/trial", "workflow:edit", body={"value": 1, "scope": {}}),
    door(
        "post",
        f"{WORKFLOW}/formulas/ask",
        "workflow:edit",
        body={"wish": "The sum", "kind": "expr", "scope": {}},
        gives=409,
        why="no language model helps here",
    ),
    door("get", f"{WORKFLOW}/proposals", "workflow:edit"),
    door(
        "post",
        f"{WORKFLOW}/proposals",
        "workflow:edit",
        body={"sentence": "Greet everybody"},
        gives=409,
        why="no language model helps here",
    ),
    door("delete", "proposals/{proposal}", NOBODYS, hidden=True),
    door("post", "proposals/{proposal}/apply", NOBODYS, hidden=True, headers=TAKEN),
    door("get", f"{WORKSPACE}/help", "workflow:read"),
    door("post", f"{WORKSPACE}/help/{{made_up}}/stop", "workflow:read"),
    door("get", f"{WORKFLOW}/versions", "workflow:read"),
    door(
        "post",
        f"{WORKFLOW}/tool",
        "asset:modify",
        also=("workflow:run",),
        body={"name": "greet", "title": "Greet", "description": "Greets", "effect": "read", "approval": "never"},
    ),
    door("get", "versions/{version}", "workflow:read"),
    door("post", "versions/{version}/restore", "workflow:edit", headers=TAKEN),
    door("get", f"{WORKFLOW}/grants", "workflow:share"),
    door("post", f"{WORKFLOW}/grants", "workflow:share", body={"team": "$other_team", "level": "use"}),
    door("get", f"{WORKFLOW}/grants/candidates", "workflow:share"),
    door("patch", "grants/{grant}", "workflow:share", body={"level": "edit"}),
    door("delete", "grants/{grant}", "workflow:share"),
    door("put", f"{WORKFLOW}/access", "workflow:share", body={"access": "restricted"}),
    door("post", f"{WORKFLOW}/access-requests", SIGNED_IN, body={"level": "edit"}),
    door("post", "access-requests/{access_request}", "workflow:share", body={"level": "use"}, hidden=True),
    door("delete", "access-requests/{access_request}", "workflow:share", hidden=True),
    door("get", f"{WORKSPACE}/access-requests", "workflow:read"),
    door("get", f"{WORKFLOW}/rights?user={{user}}", "workflow:share", "member:read"),
    door("post", f"{WORKFLOW}/policies", "member:manage", body=RULE),
    door("get", f"{WORKFLOW}/transfer?to={{user}}", "workflow:share"),
    door("post", f"{WORKFLOW}/transfer", "workflow:share", body={"to": "$user"}),
    door("get", f"{WORKFLOW}/history", "workflow:read"),
    door("get", "assets/{model}/uses", "asset:read"),
]

VERSION = {"runtime": "labels", "config": {"labels": ["a", "b"]}}
LOOK = {"base_url": "https://127.0.0.1:1", "model": "m"}
OPENAPI = {"document": '{"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}'}
SERVER, PIN = "https://127.0.0.1:1", "0" * 64
HOW = {"title": "Greet", "effect": "read", "approval": "never"}
TOOL = {**HOW, "tool": "greet", "pin": PIN}
TAKE = {**OPENAPI, "digest": PIN, "operations": [{**HOW, "operation": "greet"}]}
REPLACEMENT = {"alias": "live", "version": 2, "reason": "Better", "plan": {"how": "at_once"}}
DECISION = {"approve": False, "content_hash": "$hash", "reason": "No"}
NO_SERVER = {"gives": 422, "why": "no server answers there"}
NO_MODEL = {"gives": 422, "why": "it is no model for this"}
AT_REST = {"gives": 409, "why": "it is not under way"}
ASSETS = [
    door("get", f"{WORKSPACE}/assets", "asset:read"),
    door("post", f"{WORKSPACE}/assets", "asset:modify", body={"name": "new", "kind": "prompt", "title": "New"}),
    door("get", f"{WORKSPACE}/asset-facets", "asset:read"),
    door("get", f"{WORKSPACE}/asset-recent-use?assets={{model}}", "asset:read"),
    door("get", f"{WORKSPACE}/asset-register", "asset:read"),
    door("post", f"{WORKSPACE}/model-files/look", "asset:modify", body={"artifact": "$artifact"}, **NO_MODEL),
    door("post", f"{WORKSPACE}/model-servers/look", "asset:modify", body=LOOK, **NO_SERVER),
    door("post", f"{WORKSPACE}/openapi/look", "asset:modify", body=OPENAPI),
    door("post", f"{WORKSPACE}/openapi/take", "asset:modify", body=TAKE, gives=409, why="it says something else now"),
    door("post", f"{WORKSPACE}/mcp/look", "asset:modify", body={"url": SERVER}, **NO_SERVER),
    door("post", f"{WORKSPACE}/mcp/take", "asset:modify", body={"url": SERVER, "tools": [TOOL]}, **NO_SERVER),
    door("post", "assets/{model}/mcp/look", "asset:modify", body={}, **NO_SERVER),
    door("post", "assets/{model}/mcp/take", "asset:modify", body={"pin": PIN}, **NO_SERVER),
    door("get", "assets/{model}", "asset:read"),
    door("patch", "assets/{model}", "asset:modify", body={"purpose": "Sorting"}),
    door("post", "assets/{model}/archive", "asset:replace"),
    door("post", "assets/{put_away}/restore", "asset:replace"),
    door("post", "assets/{prompt}/versions", "asset:modify", body={"config": {"text": "Be kind."}}),
    door("get", "asset-versions/{asset_version}", "asset:read"),
    door("get", "assets/{model}/compare?before=1&after=2", "asset:modify"),
    door("put", "assets/{model}/aliases/trial", "asset:modify", body={"version": 1}),
    door("delete", "assets/{model}/aliases/spare", "asset:modify"),
    door("post", "assets/{model}/aliases/spare/roll-back", "asset:modify", body={}, gives=409, why="it never moved"),
    door("get", "assets/{model}/moves", "asset:read"),
    door("get", "assets/{model}/figures", "asset:read"),
    door("get", "assets/{model}/evaluations", "asset:read"),
    door(
        "post", "assets/{model}/evaluations", "asset:modify", body={"version": 1, "data_set": "$data_set"}, **NO_MODEL
    ),
    door("get", "evaluations/{evaluation}", "asset:read"),
    door(
        "get",
        "evaluations/{evaluation}/compare?before={evaluation}",
        "asset:read",
        gives=409,
        why="neither has a report",
    ),
    door("post", "evaluations/{evaluation}/stop", "asset:modify"),
    door("get", "assets/{model}/replacements", "asset:read"),
    door("post", "assets/{model}/replacements", "asset:modify", body=REPLACEMENT, gives=409, why="one is open"),
    door("get", f"{WORKSPACE}/replacements", "workspace:read"),
    door("get", "replacements/{replacement}", "asset:read"),
    door("post", "replacements/{replacement}/decide", "asset:replace", body=DECISION),
    door("post", "replacements/{replacement}/withdraw", NOBODYS, body={}),
    door("post", "replacements/{replacement}/finish", "asset:replace", body={}, **AT_REST),
    door("post", "replacements/{replacement}/take-back", "asset:replace", body={"reason": "x"}, **AT_REST),
    door("get", "assets/{model}/grants", "asset:share"),
    door("post", "assets/{model}/grants", "asset:share", body={"team": "$other_team", "level": "use"}),
    door("get", "assets/{model}/grants/candidates", "asset:share"),
    door("get", "assets/{model}/rights?user={user}", "asset:share", "member:read"),
    door("post", "assets/{model}/policies", "member:manage", body={**RULE, "verbs": ["asset:consume"]}),
    door("patch", "asset-grants/{asset_grant}", "asset:share", body={"level": "edit"}),
    door("delete", "asset-grants/{asset_grant}", "asset:share"),
    door("get", "assets/{model}/watch", "asset:read"),
    door("patch", "assets/{model}/watch", "asset:modify", body={}),
    door("post", "assets/{model}/watch/now", "asset:modify"),
    door("get", "assets/{model}/alerts", "asset:read"),
    door("get", f"{WORKSPACE}/alerts", "asset:read"),
    door("post", "alerts/{alert}/see", "asset:modify"),
    door("post", "assets/{data_set}/table", "asset:modify", body={"artifact": "$artifact"}, gives=422, why="no table"),
]

RUN = "runs/{run}"
NOT_TAKEN = {"gives": 409, "why": "nobody has taken it"}
RUNS = [
    door("get", "runs/{run}/manifest", "run:payload"),
    door("post", f"{WORKSPACE}/runs/about", "audit:read", also=("run:payload",), body={"value": "hello"}),
    door("get", f"{WORKSPACE}/runs", "run:read"),
    door("get", f"{WORKSPACE}/runs/latest?workflows={{workflow}}", "run:read"),
    door("post", f"{WORKFLOW}/runs", "workflow:run", body={"start": "start", "input": {}}),
    door("get", RUN, "run:read"),
    door("get", f"{RUN}/children", "run:read"),
    door("get", f"{RUN}/events?after=0", "run:read"),
    door("get", f"{RUN}/history", "run:read"),
    door("get", f"{RUN}/steps/1", "run:payload"),
    door("get", f"{RUN}/calls/1", "run:payload", gives=404, why="it made no call"),
    door("get", f"{RUN}/values", "run:payload"),
    door("post", f"{RUN}/cancel", "run:cancel", body={}),
    door("post", f"{RUN}/pause", "run:cancel", body={}),
    door("post", "runs/{paused}/resume", "run:cancel", body={}),
    door("post", "runs/{failed}/load", "workflow:edit", also=("run:payload",), body={}),
    door("post", "runs/{failed}/repeat", "workflow:run", body={}),
    door("post", "runs/{doubtful}/steps/2/review", "run:cancel", body={"answer": "retry", "note": "I asked them"}),
    door("post", "runs/{failed}/steps/2/explain", "run:read", body={}, gives=409, why="no language model helps here"),
    # Each run by itself: what one may not is refused in the answer.
    door("post", f"{WORKSPACE}/runs/bulk", "run:read", body={"action": "cancel", "ids": ["$run"]}),
    door("post", f"{WORKFLOW}/steps/greet/test", "workflow:run_draft", body={}),
    door("post", f"{WORKSPACE}/messages", "workflow:run", body={"name": "paid"}),
    door("get", "assets/{model}/runs", "run:read"),
    door("get", "replacements/{replacement}/cases", "asset:read"),
    door("get", "assets/{model}/trainings", "asset:read"),
    door("post", "assets/{model}/trainings", "asset:modify", body={"data_set": "$data_set"}, **NO_MODEL),
    door("post", "trainings/{training}/stop", "asset:modify"),
    door("get", f"{WORKSPACE}/tasks", "task:read"),
    door("get", "tasks/{task}", "task:read"),
    door("post", "tasks/{task}/take", "task:decide"),
    door("post", "tasks/{taken}/release", "task:read", gives=409, why="somebody else took it"),
    door("post", "tasks/{task}/assign", "task:decide", body={"user": "$approver"}),
    door("post", "tasks/{form_task}/complete", "task:decide", body={"answers": {"ok": "yes"}}, **NOT_TAKEN),
    door("post", "tasks/{task}/decide", "task:decide", body={"decision": "approve"}, **NOT_TAKEN),
    door("get", f"{WORKSPACE}/outgoing-mails", "mail:read"),
    door("get", "outgoing-mails/{mail}", "mail:read"),
]

STARTS = [
    door("get", f"{WORKFLOW}/links", "workflow:read"),
    door("post", f"{WORKFLOW}/links/link/secret", "workflow:edit"),
    door("get", f"{WORKFLOW}/links/link/path?path=orders", "workflow:edit"),
    door("get", f"{WORKFLOW}/links/link/listening", "workflow:edit", gives=404, why="nobody listens"),
    door("post", f"{WORKFLOW}/links/link/listening", "workflow:edit"),
    door("delete", f"{WORKFLOW}/links/link/listening", "workflow:edit"),
    door("get", f"{WORKSPACE}/starts", "workflow:read"),
    door("post", f"{WORKFLOW}/starts/link/pause", "workflow:publish"),
    door("post", f"{WORKFLOW}/starts/link/resume", "workflow:publish", gives=409, why="it is not paused"),
    door("post", f"{WORKFLOW}/starts/daily/catch-up", "workflow:run", gives=409, why="no time was missed"),
    door("get", f"{WORKFLOW}/schedules", "workflow:read"),
    door("get", f"{WORKFLOW}/schedules/daily/occurrences", "workflow:read"),
    door("get", f"{WORKSPACE}/schedules/next", "workflow:read"),
    door("post", "schedules/preview", SIGNED_IN, body={"kind": "daily", "at": "08:00"}),
    door("get", f"{WORKFLOW}/forms", "workflow:read"),
]

REST = [
    door("get", "schema", SIGNED_IN, few=True, headers={"accept": "application/json"}),
    door("post", f"{WORKSPACE}/artifacts", "file:write", body="$upload"),
    door("get", "artifacts/{artifact}/content", "run:payload"),
    door("get", "artifacts/{artifact}/preview", "run:payload"),
    door("get", f"{WORKSPACE}/notifications", "workspace:read"),
    door("post", f"{WORKSPACE}/notifications/read", "workspace:read", body={"until": "$soon"}),
    door("get", f"{WORKSPACE}/figures", "run:read"),
    door("get", f"{WORKSPACE}/trust", "installation:read"),
    door("get", f"{WORKSPACE}/trust/alerts", "installation:read"),
    door("get", f"{WORKSPACE}/health", "installation:read"),
    door("get", f"{WORKSPACE}/reports/outside", "audit:read"),
    door("get", f"{WORKSPACE}/reports/outside/export", "audit:export"),
    door("get", f"{WORKSPACE}/access", "audit:read"),
    door("get", f"{WORKSPACE}/access/export", "audit:export"),
    door("get", f"{WORKSPACE}/usage", "usage:read"),
    door("get", f"{WORKSPACE}/usage/calls", "usage:read"),
    door("get", f"{WORKSPACE}/usage/export", "usage:read"),
    door("get", f"{WORKSPACE}/budgets", "usage:read"),
    door("post", f"{WORKSPACE}/budgets", "budget:manage", body={"period": "day", "amount": "5", "at_limit": "warn"}),
    door("patch", "budgets/{budget}", "budget:manage", body={"amount": "7", "at_limit": "warn"}),
    door("delete", "budgets/{budget}", "budget:manage"),
    door("post", "budgets/{budget}/extension", "budget:manage", body={"amount": "1", "reason": "Month end"}),
    door("get", f"{WORKSPACE}/call-limits", "usage:read"),
    door("post", f"{WORKSPACE}/call-limits", "budget:manage", body={"per_minute": 10}),
    door("delete", "call-limits/{call_limit}", "budget:manage"),
]

DOORS = list(_doors())

PUBLIC_DOORS = {
    "session": "who is signed in, also nobody",
    "sign-in/company": "the way to the identity provider",
    "_allauth/{}/answer": "the way back from it, with what it signed",
    "welcome": "the first owner, by a one-time link",
    "invitations/look": "by a one-time link",
    "invitations/accept": "by a one-time link",
    "forms/{}": "forms that are for everybody; others ask for the sign-in themselves",
    "hooks/test/{}": "other systems, by an address nobody guesses",
    "hooks/calls/{}": "other systems, by an address nobody guesses",
    "hooks/in/{}/{}": "other systems, with a secret",
    "hooks/{}": "other systems, by an address nobody guesses",
    "health/live": "whether the process answers",
    "health/ready": "whether it can work",
    "application": "the page that loads the browser application; it holds no data",
}
"""Open to everybody -> why."""
