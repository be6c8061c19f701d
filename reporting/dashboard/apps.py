from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "reporting.dashboard"
    label = "dashboard"
