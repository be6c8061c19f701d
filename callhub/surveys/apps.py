from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "callhub.surveys"
    label = "surveys"
