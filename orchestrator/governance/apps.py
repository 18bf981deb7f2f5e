from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "orchestrator.governance"
    label = "governance"
