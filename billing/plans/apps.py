from django.apps import AppConfig

from billing.plans.definitions import book


class PlansConfig(AppConfig):
    name = "billing.plans"
    label = "plans"

    def ready(self) -> None:
        book()  # prices that contradict themselves are refused here, not on somebody's invoice
