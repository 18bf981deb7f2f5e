"""What the question "who are you, and may you?" adds to a request: 10,000 people, 1,000 workflows, 100,000 grants, with
teams and rules.

Run as a program (`python -m tests.bench.authorising`) in the environment of a product it measures inside one process,
where nothing else takes time, and prints JSON: seconds of each try.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from tests.bench.report import longer, percentile, say
from tests.bench.running import ROOT, Bench

PEOPLE, WORKFLOWS, GRANTS = 10_000, 1_000, 100_000
TEAMS, RULES = 100, 50
TRIES = 500
GOAL_S = 0.001


def measure(bench: Bench) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.bench.authorising"],
        cwd=ROOT,
        env=bench.product.environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(run.stdout)
    bench.report.figures["authorising"] = found
    say(f"authorising  {found['people']:,} people, {found['workflows']:,} workflows, {found['grants']:,} grants")
    for what, with_it, without in (
        ("session with roles and rules", "session", "bare_session"),
        ("one workflow, seen and allowed", "workflow", "bare_workflow"),
        ("a page of 25 workflows one sees", "page", "bare_page"),
    ):
        ours, bare = statistics.median(found[with_it]), statistics.median(found[without])
        bench.report.tell("authorising", what, ours, "s", longer("without asking who may", bare, ours))
    bench.report.tell("authorising", "added to a request, p50", added(found, 0.5), "s", goal="1 ms")
    bench.report.tell("authorising", "added to a request, p95", added(found, 0.95), "s")


def added(found: dict[str, Any], share: float) -> float:
    """By a request about one workflow: what its session and its check take more than the same without rights."""
    both = [one + two for one, two in zip(found["session"], found["workflow"], strict=True)]
    bare = [one + two for one, two in zip(found["bare_session"], found["bare_workflow"], strict=True)]
    return percentile(both, share) - percentile(bare, share)


def inside() -> dict[str, Any]:
    """Makes the rows, measures, and leaves them: the product is thrown away afterwards."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orchestrator.settings")
    django.setup()
    sys.stdout.flush()
    workspace, keys = _rows()
    return _measured(workspace, keys)


def _rows() -> tuple[Any, list[str]]:
    from allauth.usersessions.models import UserSession
    from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connection
    from django.utils import timezone

    from builder.models import Access, Workflow, WorkflowGrant
    from orchestrator.governance.models import Membership, Policy, Team, User, Workspace

    rolls = random.Random(7)
    workspace = Workspace.objects.create(name="Bench of rights")
    users = [User(email=f"{number}@bench.invalid", name=f"Person {number}", password="!") for number in range(PEOPLE)]
    User.objects.bulk_create(users, batch_size=2_000)
    members = Membership.objects.bulk_create(
        [Membership(workspace=workspace, user=one, roles=[rolls.choice(["viewer", "operator"])]) for one in users],
        batch_size=2_000,
    )
    teams = Team.objects.bulk_create([Team(workspace=workspace, name=f"Team {number}") for number in range(TEAMS)])
    through = Team.members.through
    through.objects.bulk_create(
        [through(team=teams[number % TEAMS], membership=one) for number, one in enumerate(members)], batch_size=2_000
    )
    workflows = Workflow.objects.bulk_create(
        [
            Workflow(
                workspace=workspace, name=f"Workflow {number}", access=Access.RESTRICTED if number % 2 else "workspace"
            )
            for number in range(WORKFLOWS)
        ]
    )
    each = GRANTS // WORKFLOWS
    grants = [
        WorkflowGrant(workflow=workflow, level="use", **whom)
        for workflow in workflows
        for whom in [
            *({"member": one} for one in rolls.sample(members, each - 5)),
            *({"team": one} for one in rolls.sample(teams, 5)),
        ]
    ]
    WorkflowGrant.objects.bulk_create(grants, batch_size=5_000)
    Policy.objects.bulk_create(
        Policy(workspace=workspace, member=one, verbs=["workflow:edit"], reason="Bench", object_id=workflows[0].pk)
        for one in rolls.sample(members, RULES)
    )
    keys = []
    for one in rolls.sample(users, TRIES):
        store = SessionStore()
        store[SESSION_KEY], store[HASH_SESSION_KEY] = str(one.id), one.get_session_auth_hash()
        store.set_expiry(timedelta(hours=1))
        store.save()
        UserSession.objects.create(
            user=one, session_key=store.session_key, ip="127.0.0.1", user_agent="bench", last_seen_at=timezone.now()
        )
        keys.append(str(store.session_key))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return workspace, keys


def _measured(workspace: Any, keys: list[str]) -> dict[str, Any]:
    import psycopg
    from django.db import connection

    from builder.models import Workflow
    from orchestrator.api.errors import NotFound
    from orchestrator.governance import sessions, sharing
    from orchestrator.governance.principal import Principal, acting

    columns = ", ".join(f"u.{column}" for column in sessions.COLUMNS)
    bare_sql = f"SELECT s.session_data, {columns} {sessions.SIGNED_IN[sessions.SIGNED_IN.rindex('FROM ') :]}"
    found: dict[str, Any] = {"people": PEOPLE, "workflows": WORKFLOWS, "grants": GRANTS}
    for name in ("session", "bare_session", "workflow", "bare_workflow", "page", "bare_page"):
        found[name] = []
    ids = list(Workflow.objects.filter(workspace=workspace).values_list("pk", flat=True))
    rolls = random.Random(8)

    def took(name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        given = work()
        found[name].append(time.perf_counter() - began)
        return given

    def bare_session(key: str) -> Any:
        cursor: Any = psycopg.Cursor(connection.connection)
        return cursor.execute(bare_sql, [key], prepare=True).fetchone()

    def checked(principal: Principal, id: Any) -> bool:
        try:
            workflow = Workflow.objects.find(principal, id)
        except NotFound:
            return False
        return sharing.may(principal, "workflow:run", workflow)

    for key in [*keys[:20], *keys]:
        took("bare_session", partial(bare_session, key))
        user, standing = took("session", partial(sessions.signed_in, key))
        principal, id = acting(user, standing), rolls.choice(ids)
        took("bare_workflow", Workflow.objects.filter(pk=id).first)
        took("workflow", partial(checked, principal, id))
        everything = Workflow.objects.filter(workspace=workspace).order_by("-changed_at", "-id")
        took("bare_page", partial(list, everything[:25]))
        took("page", partial(list, everything.visible_to(principal)[:25]))
    for name in ("session", "bare_session", "workflow", "bare_workflow", "page", "bare_page"):
        del found[name][:20]  # the first ones prepare the statements
    return found


if __name__ == "__main__":
    print(json.dumps(inside()))
