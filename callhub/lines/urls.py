"""Addresses of queues, agents and lines: /lines/queues/, /lines/agents/, /lines/numbers/."""

from django.urls import path

from callhub.lines import views

app_name = "lines"
urlpatterns = [
    path("", views.names, {"kind": "queues"}, name="names"),
    path("<slug:kind>/", views.names, name="kind"),
    path("<slug:kind>/add/", views.add, name="add"),
    path("<slug:kind>/<int:pk>/", views.one, name="one"),
]
