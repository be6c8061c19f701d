"""Addresses of surveys: the citizen's, short enough to be typed, and the municipality's."""

from django.urls import path

from callhub.surveys.views import citizens, town

app_name = "surveys"
urlpatterns = [
    path("survey/", citizens.code, name="code"),
    path("survey/<str:secret>/", citizens.answer, name="answer"),
    path("satisfaction/", town.satisfaction, name="satisfaction"),
    path("satisfaction/asking/", town.asking, name="asking"),
    path("satisfaction/texts/", town.texts, name="texts"),
    path("satisfaction/texts/<uuid:answer_id>/", town.text, name="text"),
    path("satisfaction/calls/<uuid:call_id>/", town.call, name="call"),
]
