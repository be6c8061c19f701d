from django.apps import AppConfig


class LinesConfig(AppConfig):
    name = "callhub.lines"
    label = "lines"
