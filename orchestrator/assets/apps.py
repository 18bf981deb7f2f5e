from django.apps import AppConfig


class AssetsConfig(AppConfig):
    name = "orchestrator.assets"
    label = "assets"
