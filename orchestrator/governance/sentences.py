"""One plain sentence for each entry of the trail, in English: for exports, and for programs that read the trail.

The browser says the same by action in the reader's language; a test holds its English words against these.
"""

from __future__ import annotations

from typing import Any

from orchestrator.governance.commitments import ERASED
from orchestrator.governance.models import AuditEvent, AuditResult

SENTENCES = {
    "installation.restored": "The installation returned to its backup of {name}",
    "backup.taken": "The backup {name} was taken",
    "backup.failed": "A backup failed: {reason}",
    "session.signed_in": "{actor} signed in",
    "session.signed_out": "{actor} signed out",
    "session.refused": "Somebody tried to sign in as {name} with a wrong password",
    "session.ended": "{actor} ended where {name} was signed in",
    "password.changed": "{actor} changed their password",
    "password.link_made": "{actor} made a link with which {name} sets a new password",
    "person.renamed": "{actor} changed their name",
    "second_factor.added": "{actor} set up a second factor for signing in",
    "second_factor.removed": "{actor} removed a second factor for signing in",
    "second_factor.refused": "Somebody who knew the password of {name} gave a wrong second factor",
    "second_factor.reset": "{actor} removed every second factor of {name}",
    "recovery_codes.created": "{actor} made new recovery codes",
    "company_account.linked": "{actor} linked an account of their organisation for signing in",
    "company_account.unlinked": "{actor} unlinked the account of their organisation",
    "company_account.refused": "{name} came by the organisation’s sign-in and was turned away: {reason}",
    "group_roles.changed": "{actor} changed what groups of the organisation may do",
    "owner_link.created": "A link for the first owner was printed",
    "member.joined": "{actor} opened the workspace as its first owner",
    "member.admitted": "{name} came in by their groups at the organisation",
    "member.roles_changed": "{actor} changed the roles of {name}",
    "member.removed": "{actor} removed {name} from the workspace",
    "invitation.created": "{actor} invited {name}",
    "invitation.accepted": "{actor} accepted the invitation to the workspace",
    "invitation.revoked": "{actor} withdrew the invitation of {name}",
    "team.created": "{actor} made the team {name}",
    "team.changed": "{actor} changed the team {name}",
    "team.deleted": "{actor} deleted the team {name}",
    "workspace.changed": "{actor} changed the settings of the workspace",
    "token.created": "{actor} made the access token {name}",
    "token.revoked": "{actor} revoked the access token {name}",
    "token.refused": "{actor} was turned away: the access token {name} does not open from that address",
    "policy.created": "{actor} made a rule against {whom}: {reason}",
    "policy.lifted": "{actor} lifted a rule against {whom}: {reason}",
    "service_account.created": "{actor} added the service account {name}",
    "service_account.changed": "{actor} changed the service account {name}",
    "service_account.ended": "{actor} ended the service account {name}",
    "address.asked": "{actor} asked {name} what it offers",
    "credential.created": "{actor} added the connection {name}",
    "credential.changed": "{actor} changed the connection {name}",
    "credential.deleted": "{actor} deleted the connection {name}",
    "credential.tried": "{actor} tried the connection {name}",
    "keys.rotated": "The secrets of this installation were sealed with a new key",
    "credential.unreadable": "The connection {name} could not be opened: {reason}",
    "workflow.created": "{actor} made the workflow {name}",
    "workflow.replaced": "{actor} put an imported workflow into the draft of {name}",
    "workflow.changed": "{actor} changed the settings of the workflow {name}",
    "workflow.published": "{actor} published version {version} of the workflow {name}",
    "workflow.unpublished": "{actor} paused the workflow {name}",
    "workflow.archived": "{actor} put the workflow {name} into the archive",
    "workflow.restored": "{actor} brought the workflow {name} back from the archive",
    "workflow.moved": "{actor} put the workflow {name} into another folder",
    "workflow.deleted": "{actor} deleted the workflow {name}",
    "folder.created": "{actor} made the folder {name}",
    "folder.changed": "{actor} renamed or moved the folder {name}",
    "folder.deleted": "{actor} deleted the folder {name}",
    "folder.shared": "{actor} shared the folder {name} with {whom}",
    "folder.sharing_changed": "{actor} changed what {whom} may do with the folder {name}",
    "folder.unshared": "{actor} stopped sharing the folder {name} with {whom}",
    "workflow.shared": "{actor} shared the workflow {name} with {whom}",
    "workflow.sharing_changed": "{actor} changed what {whom} may do with the workflow {name}",
    "workflow.unshared": "{actor} stopped sharing the workflow {name} with {whom}",
    "workflow.access_changed": "{actor} changed who sees the workflow {name}",
    "workflow.transferred": "{actor} gave the workflow {name} to {owner}",
    "access.requested": "{actor} asked for access to the workflow {name}",
    "access.declined": "{actor} declined the request of {whom} for the workflow {name}",
    "draft.saved": "{actor} changed the draft of the workflow {name}",
    "version.restored": "{actor} made version {version} of the workflow {name} the draft again",
    "sample.kept": "{actor} kept a sample of a step of the workflow {name}",
    "sample.loaded": "{actor} loaded a run into the editor of the workflow {name}",
    "sample.unloaded": "{actor} put the data of a run away from the editor of the workflow {name}",
    "sample.dropped": "{actor} cleared a sample of a step of the workflow {name}",
    "start.paused": "{actor} paused a start of the workflow {name}",
    "start.resumed": "{actor} resumed a start of the workflow {name}",
    "start.caught_up": "{actor} had a schedule of {name} make up for missed times",
    "link_secret.replaced": "{actor} made a new secret for an incoming link of {name}",
    "run.ended": "{actor} ran the workflow {name}",
    "run.cancelled": "{actor} stopped the run {name}",
    "run.paused": "{actor} held the run {name}",
    "run.resumed": "{actor} let the run {name} go on",
    "run.dismissed": "{actor} put the failed run {name} aside",
    "run.corrected": "{actor} corrected data of the failed run {name} and tried it again",
    "run.retried": "{actor} tried the failed run {name} again",
    "run.data_deleted": "The data of ended runs was deleted by a rule",
    "run.data_redacted": "Personal data of ended runs was blacked out",
    "run.sealed": "The records of ended runs were sealed",
    "run.data_read": "{actor} looked at the data of the run {name}",
    "step.reviewed": "{actor} said what became of a step of the run {name}",
    "task.taken": "{actor} took the task {name}",
    "task.released": "{actor} gave the task {name} back",
    "task.assigned": "{actor} handed over the task {name}",
    "task.approved": "{actor} approved {name}",
    "task.rejected": "{actor} rejected {name}",
    "message.sent": "{actor} sent the message {name}",
    "asset.registered": "{actor} added {name} to the models and tools",
    "asset.version_added": "{actor} added a version of {name}",
    "asset.alias_moved": "{actor} changed which version of {name} answers",
    "asset.alias_removed": "{actor} took a name away from a version of {name}",
    "asset.changed": "{actor} changed the card of {name}",
    "asset.training_asked": "{actor} wants {name} to be trained",
    "asset.training_stopped": "{actor} stopped a training of {name}",
    "asset.trained": "{actor} trained a version of {name}",
    "asset.alerted": "{actor} raised an alert about {name}",
    "asset.alert_seen": "{actor} has seen an alert about {name}",
    "asset.watch_changed": "{actor} changed what raises an alert about {name}",
    "asset.rows_gathered": "{actor} gathered rows for {name}",
    "asset.archived": "{actor} put {name} into the archive",
    "asset.restored": "{actor} brought {name} back from the archive",
    "asset.shared": "{actor} shared {name} with {whom}",
    "asset.sharing_changed": "{actor} changed what {whom} may do with {name}",
    "asset.unshared": "{actor} stopped sharing {name} with {whom}",
    "model_server.asked": "{actor} asked a model server what {name} takes and gives",
    "asset.evaluation_asked": "{actor} had a version of {name} measured",
    "asset.evaluation_stopped": "{actor} stopped the measuring of a version of {name}",
    "asset.evaluated": "A version of {name} was measured",
    "asset.trial_began": "A new version of {name} is tried with real calls",
    "asset.trial_stopped": "{actor} took a new version of {name} back: {reason}",
    "request.asked": "{actor} asked for a second person about {name}",
    "request.approved": "{actor} agreed to what was asked for about {name}",
    "request.declined": "{actor} declined what was asked for about {name}",
    "request.withdrawn": "{actor} took a request about {name} back",
    "request.expired": "Nobody decided about {name} in time",
    "request.voided": "{actor} changed {name}, so what was asked for about it is void",
    "workflow.run_as_accepted": "{actor} agreed that the workflow {name} runs as them",
    "register.exported": "{actor} exported the register of models and tools",
    "usage.exported": "{actor} exported the figures of usage",
    "budget.set": "{actor} set the budget of {name}",
    "budget.removed": "{actor} removed the budget of {name}",
    "budget.extended": "{actor} allowed more to be spent on {name}",
    "budget.warned": "The budget of {name} is nearly used up",
    "budget.reached": "The budget of {name} is used up",
    "call_limit.set": "{actor} set how often {name} may be asked",
    "call_limit.removed": "{actor} removed the limit of how often {name} may be asked",
    "proposal.applied": "{actor} put a proposal of the language model into the draft of the workflow {name}",
    "help.asked": "{actor} asked the language model for help with {name}",
    "file.uploaded": "{actor} uploaded the file {name}",
    "file.downloaded": "{actor} downloaded the file {name}",
    "audit.read": "{actor} read the audit trail",
    "audit.exported": "{actor} exported the audit trail",
    "audit.verified": "{actor} had the audit trail verified",
    "audit.pruned": "Entries of the audit trail left it because their time was over",
    "person.erased": "{actor} erased the name and addresses of a former member",
    "guard.lost": "The database stopped guarding the audit trail",
    "guard.restored": "The database guards the audit trail again",
    "report.exported": "{actor} exported the report {name}",
    "subject.searched": "{actor} searched the runs for a person or record",
}
VERBS = {
    "workspace:read": "Enter the workspace",
    "workspace:manage": "Change the settings of the workspace",
    "member:read": "See who works here",
    "member:manage": "Invite people, change roles and teams",
    "workflow:read": "Look at workflows",
    "workflow:read_restricted": "Look at restricted workflows of others",
    "workflow:edit": "Create and change workflows",
    "workflow:run": "Run what is live",
    "workflow:run_draft": "Try drafts",
    "workflow:publish": "Publish and pause workflows",
    "workflow:share": "Share workflows of others",
    "run:read": "See runs",
    "run:payload": "See the data of runs",
    "run:cancel": "Stop runs and answer for them",
    "task:read": "See tasks",
    "task:decide": "Approve and reject",
    "mail:read": "See sent mail",
    "file:write": "Upload files",
    "asset:read": "See models and tools",
    "asset:consume": "Use models and tools",
    "asset:modify": "Add versions of models and tools",
    "asset:replace": "Change which version answers",
    "asset:share": "Share models and tools of others",
    "usage:read": "See what models and tools cost",
    "budget:manage": "Set budgets and limits",
    "credential:read": "See which connections there are",
    "credential:use": "Use connections in workflows",
    "credential:edit": "Add and delete connections",
    "request:read": "See what takes a second person",
    "request:decide": "Agree as the second person, where the own rights allow it",
    "audit:read": "Read the audit trail",
    "audit:export": "Export the audit trail",
    "installation:read": "See how the installation stands",
}
"""What one may do, as business people call it."""
TAKES_TWO = (
    *("workflow.published", "request.approved", "workspace.changed"),
    *("member.roles_changed", "invitation.created", "team.changed", "group_roles.changed", "policy.lifted"),
    *(
        "workflow.shared",
        "workflow.sharing_changed",
        "workflow.access_changed",
        "folder.shared",
        "folder.sharing_changed",
        "asset.shared",
        "asset.sharing_changed",
    ),
)
"""What takes two people unless the workspace lets one do it, which is then noted as `alone`."""
TECHNICAL = ("run.sealed", "run.data_read", "audit.read")
"""What would bury the rest: shown only to those who ask for it."""
NOBODY = "Somebody who was not signed in"
GONE = "somebody who was erased"
REFUSED = "{actor} was refused: {what}"


def sentence_of(event: AuditEvent) -> str:
    """Actions without a sentence of their own read `noun.past_participle`: Maria planted tree “Oak”."""
    facts = _facts(event)
    if event.result == AuditResult.DENIED:
        verb = (event.detail or {}).get("verb", event.action)
        return REFUSED.format(actor=facts["actor"], what=VERBS.get(verb) or verb.replace(":", " ").replace("_", " "))
    template = SENTENCES.get(event.action)
    if template:
        return " ".join(template.format_map(facts).split())  # a run may have no name
    noun, _, verb = event.action.partition(".")
    return " ".join(filter(None, [facts["actor"], verb.replace("_", " "), noun.replace("_", " "), facts["name"]]))


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _facts(event: AuditEvent) -> dict[str, str]:
    """What a sentence can name. Templates are ours; what stands in the facts is put in as it is."""
    detail, after = event.detail or {}, event.after or {}
    known = {
        "actor": GONE if event.actor_name == ERASED else event.actor_name or NOBODY,
        "name": _quoted(event.object_name),
        "reason": event.reason,
        "whom": _quoted(detail.get("person") or detail.get("team") or detail.get("role") or ""),
        "owner": _quoted(after.get("owner") or ""),
        "version": str(after.get("version") or detail.get("version") or ""),
    }
    return _Facts(known)


def _quoted(name: Any) -> str:
    if name == ERASED:
        return GONE
    return f"“{name}”" if name else ""
