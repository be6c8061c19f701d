"""Addresses of departments."""

from django.urls import path

from callhub.departments import views

app_name = "departments"
urlpatterns = [
    path("", views.departments, name="departments"),
    path("add/", views.department, name="add"),
    path("start/", views.start, name="start"),
    path("spreadsheet/", views.spreadsheet, name="spreadsheet"),
    path("<int:pk>/", views.department, name="department"),
    path("<int:pk>/contacts/", views.contacts, name="contacts"),
    path("extensions/<int:pk>/drop/", views.drop_extension, name="drop_extension"),
]
