"""The app's configuration."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """Files that belong to entries."""

    name = "safekept.attachments"
