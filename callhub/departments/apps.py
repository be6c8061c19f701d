from django.apps import AppConfig


class DepartmentsConfig(AppConfig):
    name = "callhub.departments"
    label = "departments"
