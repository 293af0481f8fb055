"""The app's configuration."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents."""

    name = "safekept.documents"

    def ready(self) -> None:
        """Have Your work show what waits for a second person."""
        from safekept.casework import waiting

        from .presenter import waiting_for

        waiting.SOURCES.append(waiting_for)
