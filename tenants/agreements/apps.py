from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "tenants.agreements"
    label = "agreements"
