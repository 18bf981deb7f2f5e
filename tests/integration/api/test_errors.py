from __future__ import annotations

from orchestrator.api.errors import Conflict, Invalid, NotFound, ProblemError, TooMany, problem


def test_a_problem_is_a_complete_body() -> None:
    entry = {"code": "missing", "node": "parse", "field": "file", "message": "Choose a file.", "hint": ""}
    assert Invalid("graph_invalid", "Two settings are missing.", [entry]).as_json("t1") == {
        "status": 422,
        "code": "graph_invalid",
        "title": "Unprocessable Entity",
        "detail": "Two settings are missing.",
        "problems": [entry],
        "trace": "t1",
    }


def test_further_members_stand_beside_the_others() -> None:
    body = Conflict("draft_changed", "Somebody else saved first.", current={"token": "5"}).as_json()
    assert (body["status"], body["current"]) == (409, {"token": "5"})


def test_who_is_too_fast_learns_how_long_to_wait() -> None:
    assert TooMany("too_fast", "Wait a little.", retry_after_s=30).as_json()["retry_after_s"] == 30


def test_what_cannot_be_seen_and_what_does_not_exist_read_the_same() -> None:
    assert NotFound().as_json() == problem(404, "not_found", "There is nothing here that you can see.")
    assert isinstance(NotFound(), ProblemError)
