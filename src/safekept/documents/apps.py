"""The app's configuration."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents."""

    name = "safekept.documents"
