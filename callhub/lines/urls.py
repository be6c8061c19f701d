"""Addresses of queues, agents and lines: /lines/queues/, /lines/agents/, /lines/numbers/."""

from django.urls import path

from callhub.lines.views import forwarding, names

app_name = "lines"
urlpatterns = [
    path("", names.names, {"kind": "queues"}, name="names"),
    path("forwarding/", forwarding.forwarding, name="forwarding"),
    path("test-call/", forwarding.test_call, name="test_call"),
    path("<slug:kind>/", names.names, name="kind"),
    path("<slug:kind>/add/", names.add, name="add"),
    path("<slug:kind>/<int:pk>/", names.one, name="one"),
]
