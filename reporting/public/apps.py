from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "reporting.public"
    label = "public"
