from django.apps import AppConfig


class TriggersConfig(AppConfig):
    name = "orchestrator.triggers"
    label = "triggers"
