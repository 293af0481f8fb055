"""Addresses of the interface for programs."""

from django.urls import path

from safekept.api import procedure, records, things, work
from safekept.api.service import service

__all__ = ["procedure", "records", "things", "urlpatterns", "work"]

urlpatterns = [path("api/v1/", service.urls)]
