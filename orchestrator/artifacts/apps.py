from django.apps import AppConfig


class ArtifactsConfig(AppConfig):
    name = "orchestrator.artifacts"
    label = "artifacts"
