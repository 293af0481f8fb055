"""Entries about areas, agencies and workers."""

from .base import Kind, Retention, ask

REGULAR_MEETINGS = {
    "daily-intelligence": "Daily intelligence meeting",
    "pace-setter": "Daily pace-setter meeting",
    "tasking": "Fortnightly tasking and co-ordinating group",
    "performance": "Monthly performance meeting",
    "prosecutors": "Meeting with prosecutors",
}
LEAD_ROLES = {"senior-lead": "Senior lead", "point-of-contact": "Single point of contact"}
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


class RegularMeeting(Kind):
    """One of the police’s regular meetings has been held (LN-5.cycle)."""

    group = "Area and agency"
    subjects = ("area", "agency")
    type: str = ask("Which meeting?", of=REGULAR_MEETINGS)


class LeadNamed(Kind):
    """An agency names who leads on exploitation (LN-4)."""

    title = "Lead named"
    group = "Area and agency"
    subjects = ("agency",)
    role: str = ask("Which lead?", of=LEAD_ROLES)
    who: str | None = ask("Who is it?", hint="Name and contact")
