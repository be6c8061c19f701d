from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "reporting.commitments"
    label = "commitments"
