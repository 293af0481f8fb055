from django.apps import AppConfig


class GuardianConfig(AppConfig):
    """The guardian's desk."""

    name = "safekept.guardian"
    label = "guardian"
