from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "callhub.calls"
    label = "calls"
