"""Addresses of the interface for programs."""

from django.urls import path

from safekept.api.contract import PLACE
from safekept.api.service import service

urlpatterns = [path(PLACE.removeprefix("/"), service.urls)]
