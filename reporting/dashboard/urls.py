"""Addresses of the dashboard."""

from django.urls import path

from reporting.dashboard.views import dashboard, departments, figures

app_name = "dashboard"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("my-department/", departments.my_department, name="my_department"),
    path("my-department/<slug:table_id>.csv", departments.department_csv, name="department_csv"),
    path("figures/", figures.all_figures, name="figures"),
    path("figures/<slug:figure_id>/", figures.one_figure, name="figure"),
    path("charts/<slug:chart_id>.csv", dashboard.chart_csv, name="chart_csv"),
]
