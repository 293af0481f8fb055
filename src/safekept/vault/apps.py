"""The app's configuration."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Addresses and contacts that are kept apart."""

    name = "safekept.vault"
