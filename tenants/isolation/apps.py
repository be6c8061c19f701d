from django.apps import AppConfig


class IsolationConfig(AppConfig):
    name = "tenants.isolation"
    label = "isolation"

    def ready(self) -> None:
        from tenants.isolation import checks  # noqa: F401  (registers the checks)
