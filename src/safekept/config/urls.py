"""Every address of the service."""

from django.urls import include, path

urlpatterns = [
    path("", include("safekept.entrance.urls")),
    path("", include("safekept.casework.urls")),
    path("", include("safekept.documents.urls")),
    path("", include("safekept.guardian.urls")),
    path("", include("safekept.handbook.urls")),
    path("", include("safekept.api.urls")),
]

handler500 = "safekept.access.unsaved.server_error"
