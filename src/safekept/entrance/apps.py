"""The app's configuration."""

from django.apps import AppConfig


class EntranceConfig(AppConfig):
    """The way in."""

    name = "safekept.entrance"
