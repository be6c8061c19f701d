"""The address of the sample calls."""

from django.urls import path

from callhub.samples import views

app_name = "samples"
urlpatterns = [path("", views.samples, name="samples")]
