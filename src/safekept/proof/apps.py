"""The Django app of the proof."""

from django.apps import AppConfig


class ProofConfig(AppConfig):
    """Links of the logs' chains, checkpoints, and acts."""

    name = "safekept.proof"
