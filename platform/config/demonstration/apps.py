from django.apps import AppConfig


class DemonstrationConfig(AppConfig):
    name = "config.demonstration"
    label = "demonstration"
