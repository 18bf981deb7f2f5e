"""Before somebody leaves it is shown what belongs to them; afterwards nothing of it opens anything for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from builder.folder_grants import FolderGrant
from builder.models import Folder, Version, Workflow, WorkflowGrant
from orchestrator.assets.models import Asset, AssetGrant
from orchestrator.governance.models import AccessToken, AuditEvent, Credential, Membership, User, Workspace
from tests.integration.governance.people import Browser

pytestmark = pytest.mark.django_db
Person = Callable[..., User]


@pytest.fixture
def lea(person: Person, workspace: Workspace) -> Membership:
    """Somebody to whom one thing of each kind belongs."""
    user = person("builder", name="Lea")
    member = Membership.objects.get(user=user)
    other = person("builder", name="Ben")
    mine = Workflow.objects.create(workspace=workspace, name="Invoices", owner=user)
    theirs = Workflow.objects.create(workspace=workspace, name="Orders", owner=other)
    Asset.objects.create(workspace=workspace, name="reader", title="Reader", owner=user)
    shared = Asset.objects.create(workspace=workspace, name="scorer", title="Scorer", owner=other)
    WorkflowGrant.objects.create(workflow=theirs, member=member, level="edit")
    finance = Folder.objects.create(workspace=workspace, name="Finance")
    FolderGrant.objects.create(folder=finance, member=member, level="use")
    AssetGrant.objects.create(asset=shared, member=member, level="use")
    Credential.objects.create(workspace=workspace, name="CRM", kind="bearer", hosts=["a.b"], key="k", created_by=user)
    for name, days in (("Nightly", 3), ("Old", -3)):
        AccessToken.objects.create(
            workspace=workspace,
            user=user,
            name=name,
            prefix="tutti_x",
            token_hash=name.encode(),
            scopes=["run:read"],
            expires_at=timezone.now() + timedelta(days=days),
        )
    assert mine.owner == user
    theirs.live_version = Version.objects.create(workflow=theirs, graph={}, content_hash=b"h", number=1, run_as=user)
    theirs.save()
    return member


def test_everything_that_belongs_to_somebody_is_shown_with_what_becomes_of_it(
    browser_of: Callable[..., Browser], lea: Membership
) -> None:
    found = browser_of("admin").get(f"members/{lea.id}/belongings").json()
    assert sorted((one["fate"], one["kind"], one["name"]) for one in found) == [
        ("ends", "run_as", "Orders"),
        ("ends", "sharing", "Finance"),
        ("ends", "sharing", "Orders"),
        ("ends", "sharing", "Scorer"),
        ("ends", "token", "Nightly"),
        ("handed_over", "asset", "Reader"),
        ("handed_over", "workflow", "Invoices"),
        ("stays", "credential", "CRM"),
    ]


@pytest.mark.ux(144)
def test_an_heir_gets_what_is_owned_and_the_rest_ends(
    browser_of: Callable[..., Browser], lea: Membership, person: Person, workspace: Workspace
) -> None:
    admin, heir = browser_of("admin"), person("builder", name="Hed")
    assert admin.delete(f"members/{lea.id}").json()["code"] == "owns_something"
    assert admin.send("delete", f"members/{lea.id}", {"hand_over_to": str(heir.id)}).status_code == 204
    assert {row.owner for row in (Workflow.objects.get(name="Invoices"), Asset.objects.get(name="reader"))} == {heir}
    assert not WorkflowGrant.objects.exists()
    assert not AssetGrant.objects.exists()
    assert AuditEvent.objects.filter(action="token.revoked").count() == 2
    # Whoever comes back finds nothing of what they could do.
    Membership.objects.create(workspace=workspace, user=lea.user, roles=["viewer"])
    assert not AccessToken.objects.filter(user=lea.user, revoked_at=None).exists()


def test_without_an_heir_assets_stay_in_use_and_belong_to_who_removed_them(
    browser_of: Callable[..., Browser], lea: Membership
) -> None:
    admin = browser_of("admin")
    assert admin.send("delete", f"members/{lea.id}", {"hand_over_to": None}).status_code == 204
    reader = Asset.objects.get(name="reader")
    assert (reader.owner, reader.archived_at) == (admin.user, None)
    assert Workflow.objects.get(name="Invoices").archived_at is not None


def test_only_who_manages_people_sees_it(
    browser_of: Callable[..., Browser], lea: Membership, other_workspace: Workspace
) -> None:
    assert browser_of("builder").get(f"members/{lea.id}/belongings").status_code == 403
    assert browser_of("owner", at=other_workspace).get(f"members/{lea.id}/belongings").status_code == 404
