"""The app's configuration: the walls are built whenever the database was migrated."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    """Who may see what."""

    name = "safekept.access"

    def ready(self) -> None:
        """Build the walls after every migration."""
        from safekept.access import rls

        post_migrate.connect(rls.build_after_migrating, sender=self, dispatch_uid="access-walls")
