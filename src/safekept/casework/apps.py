from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """The pages that people who work with children live in."""

    name = "safekept.casework"
    label = "casework"
