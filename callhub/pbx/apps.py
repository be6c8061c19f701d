from django.apps import AppConfig


class PbxConfig(AppConfig):
    name = "callhub.pbx"
    label = "pbx"
