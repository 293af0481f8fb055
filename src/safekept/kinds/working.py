"""What agencies do together beyond the pathway: sharing, families, intimidation, disruption, evidence of others."""

import datetime as dt

from .base import Kind, Privacy, Retention, ask
from .police import POLICE_AND_SOCIAL_CARE
from .vocabularies import AGENCIES, SHARING_BASES

SHARING_STEPS = {
    "asked": "Asked for",
    "shared": "Shared",
    "partly": "Shared in part",
    "nothing-held": "Nothing is held",
    "refused": "Refused",
    "escalated": "Refusal escalated",
}
SHARING_ANSWERS = ("shared", "partly", "nothing-held", "refused")
"""The steps that answer a request."""
SHARING_HOURS = {str(hours): f"Within {hours} hour{'s' * (hours > 1)}" for hours in (1, 2, 4, 8, 24)}
IMPLICATED = {
    "no": "No reason to think so",
    "unclear": "Not clear yet",
    "suspected": "Suspected",
    "yes": "Yes",
}
THREATENED = {
    "child": "The child",
    "family": "Parents or carers",
    "siblings": "Brothers or sisters",
    "friends": "Friends",
}
INTIMIDATION_STEPS = {"reported": "Reported", "dealt-with": "Dealt with"}
DISRUPTION_STEPS = {"considered": "Considered", "used": "Used", "not-used": "Decided against"}
MATERIAL_STEPS = {"asked": "Asked for", "received": "Received", "refused": "Refused"}


class Sharing(Kind):
    """Information was asked for, shared or refused between agencies (WM-7.3, WM-8.3)."""

    title = "Information shared or refused"
    group = "Information between agencies"
    step: str = ask("What happened?", of=SHARING_STEPS)
    other_agency: str | None = ask("Which agency was it with?", of=AGENCIES)
    agency_name: str | None = ask("What is that agency called?")
    what: str | None = ask("What was it about?", narrative=True)
    reason: str | None = ask("Why?", hint="On what basis it was shared, or why it was refused", narrative=True)
    legal_basis: str | None = ask("On what basis in law?", of=SHARING_BASES)
    withheld: str | None = ask("What was not shared?", narrative=True, when=("step", "partly"))
    by_phone: bool | None = ask("Was it by phone or in person?", told=("By phone or in person", ""))
    urgent: bool | None = ask("Is it urgent?", when=("step", "asked"), told=("Urgent", ""))
    wanted_by: dt.date | None = ask("By which day is it needed?", when=("step", "asked"))
    within_hours: int | None = ask("Within how many hours is it needed?", of=SHARING_HOURS, when=("step", "asked"))


class FamilyStanding(Kind):
    """Where a parent or carer stands, and how they are worked with (WM-21.2 to WM-21.8)."""

    title = "Parents and carers"
    group = "Family"
    audience = POLICE_AND_SOCIAL_CARE
    who: str | None = ask("Who?", privacy=Privacy.NAMES_OTHERS)
    implicated: str | None = ask("Do they take part in the exploitation?", of=IMPLICATED)
    informed: bool | None = ask("Have they been told what is being done?")
    needs: bool | None = ask("Do they need support themselves?")
    own_worker: bool | None = ask("Do they have a worker of their own?")


class Intimidation(Kind):
    """Somebody threatens the child or people close to them (LN-7.intimidation)."""

    group = "Family"
    step: str | None = ask("Reported or dealt with?", of=INTIMIDATION_STEPS)
    towards: list[str] = ask("Who is threatened?", of=THREATENED)
    how: str | None = ask("What happened?", narrative=True)
    other_officers: bool | None = ask("Do officers outside the first investigation deal with it?")


class Disruption(Kind):
    """A way of disrupting those who exploit has been considered or used (WM-26.2, LN-10, LN-D.tactics)."""

    group = "Orders and notices"
    subjects = ("child", "adult", "place", "group")
    audience = POLICE_AND_SOCIAL_CARE
    option: str = ask("Which option?", listed_in="disruption-options", retention=Retention.INTELLIGENCE)
    step: str | None = ask("Considered, used or decided against?", of=DISRUPTION_STEPS)
    reason: str | None = ask("Why?", narrative=True)
    succeeded: bool | None = ask("Did it disrupt them?", when=("step", "used"))


class ThirdPartyMaterial(Kind):
    """Material that others hold has been asked for or received (LN-11.third)."""

    title = "Third-party material"
    group = "Police records"
    subjects = ("child", "adult")
    audience = POLICE_AND_SOCIAL_CARE
    step: str = ask("Asked for or received?", of=MATERIAL_STEPS)
    what: str | None = ask("Which material, and who holds it?", narrative=True)
    consent: bool | None = ask("Is there signed consent?", hint="From the child, parents or carers, where necessary")
    due: dt.date | None = ask("By when is it needed?", when=("step", "asked"))
