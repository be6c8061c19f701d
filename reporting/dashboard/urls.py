"""Addresses of the dashboard."""

from django.urls import path

from reporting.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:figure_id>/", views.one_figure, name="figure"),
    path("charts/<slug:chart_id>.csv", views.chart_csv, name="chart_csv"),
]
