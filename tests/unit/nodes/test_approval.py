from __future__ import annotations

from datetime import timedelta

from orchestrator.nodes.approval import Approval
from orchestrator.nodes.base import PersonNeeded
from tests.unit.nodes.context import NOW, file_ref, run


async def test_a_person_is_asked_with_what_they_need_to_decide() -> None:
    document = file_ref("invoice.pdf").model_dump()
    needed = await run(
        Approval,
        {
            "title": "Invoice 7",
            "instructions": "Compare with the order.",
            "document": document,
            "show": [{"label": "Amount", "value": 12.5}],
            "roles": ["approver", "admin"],
            "due_hours": 36,
        },
    )
    assert needed == PersonNeeded(
        title="Invoice 7",
        instructions="Compare with the order.",
        shown=[{"label": "Amount", "value": 12.5}],
        document=document,
        roles=("approver", "admin"),
        comment_required_on_reject=True,
        due_at=NOW + timedelta(hours=36),
    )


async def test_without_a_time_to_decide_it_is_never_due() -> None:
    needed = await run(Approval, {"title": "Look", "comment_on_reject": False})
    assert isinstance(needed, PersonNeeded)
    assert needed.due_at is None
    assert needed.roles == ("approver",)
    assert not needed.comment_required_on_reject
