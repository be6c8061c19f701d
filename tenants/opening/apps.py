from django.apps import AppConfig


class OpeningConfig(AppConfig):
    name = "tenants.opening"
    label = "opening"
