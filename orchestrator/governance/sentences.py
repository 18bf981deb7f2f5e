"""One plain sentence for each entry of the trail."""

from __future__ import annotations

from orchestrator.governance.models import AuditEvent, AuditResult

SENTENCES = {
    "session.signed_in": "{actor} signed in",
    "session.signed_out": "{actor} signed out",
    "session.refused": "Somebody tried to sign in as {name} with a wrong password",
    "password.changed": "{actor} changed their password",
    "person.renamed": "{actor} changed their name",
    "second_factor.added": "{actor} set up a second factor for signing in",
    "second_factor.removed": "{actor} removed a second factor for signing in",
    "recovery_codes.created": "{actor} made new recovery codes",
    "owner_link.created": "A link for the first owner was printed",
    "member.joined": "{actor} opened the workspace as its first owner",
    "member.roles_changed": "{actor} changed the roles of {name}",
    "member.removed": "{actor} removed {name} from the workspace",
    "invitation.created": "{actor} invited {name}",
    "invitation.accepted": "{actor} accepted the invitation to the workspace",
    "invitation.revoked": "{actor} withdrew the invitation of {name}",
    "workspace.changed": "{actor} changed the settings of the workspace",
    "credential.created": "{actor} added the connection {name}",
    "credential.deleted": "{actor} deleted the connection {name}",
    "credential.tried": "{actor} tried the connection {name}",
    "credential.unreadable": "The connection {name} could not be opened: {reason}",
    "run.cancelled": "{actor} stopped the run {name}",
    "run.dismissed": "{actor} put the failed run {name} aside",
    "run.retried": "{actor} tried the failed run {name} again",
    "task.taken": "{actor} took the task {name}",
    "task.released": "{actor} gave the task {name} back",
    "task.assigned": "{actor} handed over the task {name}",
    "step.reviewed": "{actor} said what became of a step of the run {name}",
    "sample.kept": "{actor} kept a sample of a step of the workflow {name}",
    "sample.dropped": "{actor} cleared a sample of a step of the workflow {name}",
    "folder.changed": "{actor} renamed or moved the folder {name}",
    "workflow.moved": "{actor} put the workflow {name} into another folder",
    "workflow.changed": "{actor} changed the settings of the workflow {name}",
    "link_secret.replaced": "{actor} made a new secret for an incoming link of {name}",
    "audit.read": "{actor} read the audit trail",
    "file.uploaded": "{actor} uploaded the file {name}",
    "file.downloaded": "{actor} downloaded the file {name}",
    "run.sealed": "The records of ended runs were sealed",
}
NOUNS = {"credential": "connection"}


def sentence_of(event: AuditEvent) -> str:
    """Actions without a sentence of their own read `noun.past_participle`: Maria published workflow “Invoices”."""
    actor = event.actor_name or "Somebody who was not signed in"
    name = f"“{event.object_name}”" if event.object_name else ""
    if event.result == AuditResult.DENIED:
        return f"{actor} was refused: {_refused(event)}"
    template = SENTENCES.get(event.action)
    if template:
        told = template.format(actor=actor, name=name, reason=event.reason)
        return " ".join(told.split())  # a run may have no name
    noun, _, verb = event.action.partition(".")
    return " ".join(filter(None, [actor, verb.replace("_", " "), NOUNS.get(noun, noun).replace("_", " "), name]))


def _refused(event: AuditEvent) -> str:
    noun, _, verb = (event.detail or {}).get("verb", event.action).partition(":")
    return " ".join(filter(None, [verb.replace("_", " "), NOUNS.get(noun, noun).replace("_", " ")]))
