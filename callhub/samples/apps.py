from django.apps import AppConfig


class SamplesConfig(AppConfig):
    name = "callhub.samples"
    label = "samples"
