from django.apps import AppConfig


class KpiConfig(AppConfig):
    name = "reporting.kpi"
    label = "kpi"
