from django.apps import AppConfig


class GovukConfig(AppConfig):
    """Layout, styles, scripts and form fields that every page shares."""

    name = "safekept.govuk"
    label = "govuk"
