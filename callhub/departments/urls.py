"""Addresses of departments and extensions."""

from django.urls import path

from callhub.departments.views import departments, extensions, spreadsheet

app_name = "departments"
urlpatterns = [
    path("", departments.departments, name="departments"),
    path("add/", departments.change, name="add"),
    path("start/", departments.start, name="start"),
    path("spreadsheet/", spreadsheet.spreadsheet, name="spreadsheet"),
    path("spreadsheet/confirm/", spreadsheet.confirm, name="confirm"),
    path("spreadsheet/to-correct/", spreadsheet.to_correct, name="to_correct"),
    path("<int:pk>/", departments.department, name="department"),
    path("<int:pk>/change/", departments.change, name="change"),
    path("<int:pk>/contacts/", departments.contacts, name="contacts"),
    path("<int:pk>/extensions/add/", departments.add_extension, name="add_extension"),
    path("extensions/", extensions.extensions, name="extensions"),
    path("extensions/<int:pk>/", extensions.extension, name="extension"),
    path("extensions/<int:pk>/drop/", extensions.drop, name="drop_extension"),
]
