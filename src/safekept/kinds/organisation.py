"""Entries about areas, agencies and workers."""

from .base import Kind, Retention, ask

PROTOCOL_STEPS = {"signed": "Signed", "reviewed": "Reviewed"}


class BoardReport(Kind):
    """A report to the safeguarding board."""

    group = "Area and agency"
    subjects = ("area", "agency")


class Protocol(Kind):
    """An agency or area signs or reviews the protocol."""

    group = "Area and agency"
    subjects = ("area", "agency")
    step: str | None = ask("Signed or reviewed?", of=PROTOCOL_STEPS)


class Training(Kind):
    """A worker completes training."""

    group = "Worker"
    subjects = ("worker",)
    subject: str | None = ask("Which subject?", listed_in="training-subjects", retention=Retention.WORKFORCE)


class Supervision(Kind):
    """A worker has supervision."""

    group = "Worker"
    subjects = ("worker",)
