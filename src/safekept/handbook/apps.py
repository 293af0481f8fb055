from django.apps import AppConfig


class HandbookConfig(AppConfig):
    """The procedures, as pages to read."""

    name = "safekept.handbook"
    label = "handbook"
