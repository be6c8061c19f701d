"""Addresses of imports and switchboards."""

from django.urls import path

from callhub.pbx import views

app_name = "pbx"
urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/upload/", views.upload, name="upload"),
    path("imports/<uuid:batch_uuid>/", views.batch, name="import"),
    path("imports/<uuid:batch_uuid>/mapping/", views.mapping, name="mapping"),
    path("imports/<uuid:batch_uuid>/rejected.csv", views.rejected, name="rejected"),
    path("imports/<uuid:batch_uuid>/undo/", views.undo, name="undo"),
    path("switchboards/<uuid:pbx_uuid>/", views.switchboard, name="switchboard"),
]
