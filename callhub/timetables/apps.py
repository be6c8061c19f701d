from django.apps import AppConfig


class TimetablesConfig(AppConfig):
    name = "callhub.timetables"
    label = "timetables"
