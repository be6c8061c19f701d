"""Addresses of the dashboard."""

from django.urls import path

from reporting.dashboard import views

app_name = "dashboard"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("my-department/", views.my_department, name="my_department"),
    path("my-department/<slug:table_id>.csv", views.department_csv, name="department_csv"),
    path("figures/", views.figures, name="figures"),
    path("figures/<slug:figure_id>/", views.one_figure, name="figure"),
    path("charts/<slug:chart_id>.csv", views.chart_csv, name="chart_csv"),
]
