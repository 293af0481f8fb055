"""The pathway from referral to plan and review."""

import datetime as dt

from .base import Kind, Privacy, ask
from .vocabularies import AGENCIES, CHAIR_ROLES, POLICE_RANKS

REFER_TO = {"children-services": "Children’s services", "police": "Police"}
DISCUSSION_FORMS = {"discussion": "Discussion", "strategy-discussion": "Strategy discussion"}
DISCUSSION_DECISIONS = {
    "assessment": "An assessment by children’s services",
    "section-47": "A section 47 enquiry",
    "mase": "A multi-agency sexual exploitation (MASE) meeting",
    "no-service": "No social work service is needed",
}
CONSIDERED = {
    "screening-tool": "The completed screening tool",
    "risk-to-others": "Any risk the child may be made to pose to others",
}
THRESHOLDS = {
    "immediate-risk": "Immediate risk of significant harm",
    "parent-encourages": "A parent or carer encourages the abuse",
    "person-in-trust": "An adult in a position of trust organises or encourages it",
}
FINDINGS = {"exploited": "Is being exploited", "at-risk": "Is at risk", "no-risk": "No risk found"}
MEETING_TYPES = {
    "early-help": "Early help meeting",
    "strategy": "Strategy meeting",
    "map": "Multi-agency professionals (MAP) meeting",
    "mase": "Multi-agency sexual exploitation (MASE) meeting",
    "cmog": "Exploitation and missing operational group (CMOG)",
}
MEETING_DECISIONS = {
    "child-protection": "Child protection procedures",
    "criminal-action": "Possible criminal action against an adult",
    "coordinated-support": "Co-ordinated multi-agency support",
    "further-assessment": "Further assessment",
    "section-47": "A section 47 enquiry",
}
PLAN_TYPES = {"early-help": "Early help plan", "child": "Child’s plan", "care": "Care plan"}
REVIEW_OF = {"early-help": "Early help", "mase": "MASE", "plan": "Plan"}


class CoordinatorTold(Kind):
    """The area’s CSE co-ordinator has been told about the child."""

    title = "Co-ordinator told"
    group = "Referral and decision"
    how: str | None = ask("How were they told?")


class Referral(Kind):
    """A referral to children’s services or the police."""

    group = "Referral and decision"
    to: str = ask("Who is it to?", of=REFER_TO)
    strategy: bool | None = ask(
        "Should it be held as a strategy discussion?", told=("To be held as a strategy discussion", "")
    )
    reason: str | None = ask("Why are you referring?", narrative=True)


class Acknowledged(Kind):
    """A referral has been received."""

    title = "Referral acknowledged"
    group = "Referral and decision"
    by: str | None = ask("Who acknowledged it?")


class Decided(Kind):
    """What was decided on a referral, by whom and why."""

    title = "Referral decided"
    group = "Referral and decision"
    decision: str | None = ask("What was decided?")
    reason: str | None = ask("Why?", narrative=True)
    by: str | None = ask("Who decided?")


class Discussion(Kind):
    """Police, children’s services and others talk a referral over."""

    group = "Referral and decision"
    form: str | None = ask("Which form did it take?", of=DISCUSSION_FORMS)
    attended: list[str] = ask("Who took part?", of=AGENCIES)
    considered: list[str] = ask("What was considered?", of=CONSIDERED)
    category: int | None = ask("Which level of risk was agreed?", of={"0": "None", "1": "1", "2": "2", "3": "3"})
    decisions: list[str] = ask("What was decided?", of=DISCUSSION_DECISIONS, alone=("no-service",))
    actions: str | None = ask("Which actions were agreed, and what was shared?", narrative=True)


class ReferrerTold(Kind):
    """The referrer has been told what came of the referral."""

    group = "Referral and decision"
    verbally: bool | None = ask("Told by word?", told=("By word", ""))
    in_writing: bool | None = ask("Told in writing?", told=("In writing", ""))


class Assessment(Kind):
    """Children’s services’ assessment, with the specialist risk tool where it is used."""

    group = "Assessment and protection"
    finding: str | None = ask("What did it find?", of=FINDINGS)
    tool: str | None = ask("Which tool was used?")
    summary_: str | None = ask("Summary", narrative=True)


class Section47(Kind):
    """A section 47 enquiry has begun."""

    name = "section-47"
    title = "Section 47 enquiry"
    group = "Assessment and protection"
    threshold: list[str] = ask("Which threshold is met?", of=THRESHOLDS)


class Section47Outcome(Kind):
    """How a section 47 enquiry ended."""

    name = "section-47-outcome"
    title = "Section 47 outcome"
    group = "Assessment and protection"
    ongoing_significant_harm: bool | None = ask(
        "Is the child at continuing risk of significant harm?",
        told=("Continuing risk of significant harm", "No continuing risk of significant harm"),
    )


class Conference(Kind):
    """A child protection conference."""

    title = "Child protection conference"
    group = "Assessment and protection"


class GpAsked(Kind):
    """The GP has been asked what they know."""

    title = "GP asked"
    group = "Meetings and plans"
    known: bool | None = ask(
        "Does the GP know anything relevant?", told=("The GP knows something relevant", "The GP knows nothing relevant")
    )


class GpTold(Kind):
    """The GP has been formally told after the meeting."""

    title = "GP told"
    group = "Meetings and plans"


class Meeting(Kind):
    """A meeting about a child, or the area’s regular meeting."""

    group = "Meetings and plans"
    subjects = ("child", "area", "group", "place")
    type: str = ask("Which meeting?", of=MEETING_TYPES)
    review: bool | None = ask("Is this a review?", hint="A review rather than the first meeting", told=("Review", ""))
    chair_role: str | None = ask("Who chaired?", of=CHAIR_ROLES)
    joint_chair: str | None = ask(
        "Who chaired with them?", hint="Leave this out if one person chaired", of=CHAIR_ROLES, when=("type", "mase")
    )
    attended: list[str] = ask("Who attended?", of=AGENCIES)
    police_ranks: list[str] = ask("At which ranks did the police attend?", of=POLICE_RANKS, when=("type", "mase"))
    covered: list[str] = ask("Which purposes were covered?", listed_in="meeting-purposes")
    decisions: list[str] = ask("What was decided?", of=MEETING_DECISIONS)
    lead_professional: str | None = ask("Who is the lead professional?")
    excluded: list[dict[str, str]] = ask("Was the child or a carer kept out of any part? Who, and why?")
    next_review: dt.date | None = ask("When is the next review?")


class Plan(Kind):
    """The child’s plan: what is to change, who does what."""

    group = "Meetings and plans"
    type: str | None = ask("Which plan?", of=PLAN_TYPES)
    outcomes: dict[str, str] = ask("What should be better for the child, and who will do it?")
    shared_with: list[str] = ask("Who has it been shared with?", listed_in="plan-shared-with")
    host_cse_lead: str | None = ask(
        "Who is the host area’s CSE lead?", hint="Name and contact", privacy=Privacy.NAMES_OTHERS
    )
    next_review: dt.date | None = ask("When is the next review?")


class Review(Kind):
    """A review of early help, of the MASE meeting’s actions or of the plan."""

    group = "Meetings and plans"
    of: str | None = ask("What was reviewed?", of=REVIEW_OF)
    outcomes: dict[str, int] = ask("How far has the child travelled?", listed_in="outcomes")
    next_review: dt.date | None = ask("When is the next review?")


class ActionAgreed(Kind):
    """Somebody has taken on an action."""

    group = "Meetings and plans"
    subjects = ("child", "adult", "place", "group", "area", "agency", "worker")
    owner: str | None = ask("Which agency will do it?", of=AGENCIES)
    due: dt.date | None = ask("By when?")
    what: str | None = ask("What will be done?", narrative=True)


class ActionDone(Kind):
    """An agreed action has been done."""

    group = "Meetings and plans"
    subjects = ("child", "adult", "place", "group", "area", "agency", "worker")
    owner: str | None = ask("Which agency did it?", of=AGENCIES)
    due: dt.date | None = ask("When was it due?")


class Closure(Kind):
    """Work with the child under the procedure ends."""

    group = "Meetings and plans"
    reason: str | None = ask("Why is the work ending?", narrative=True)


class Waiver(Kind):
    """A named manager says why something is not owed."""

    title = "Not owed, with a reason"
    group = "Putting the record right"
    roles = ("manager", "co-ordinator")
    subjects = ("child", "adult", "place", "group", "area", "agency", "worker")
    rule: str = ask("Which duty?")
    reason: str = ask("Why is it not owed?", narrative=True)
    by: str = ask("Which manager decided?", signed=True)


class Withdrawn(Kind):
    """Takes back an entry made about the wrong child or in error."""

    title = "Entry withdrawn"
    group = "Putting the record right"
    subjects = ("child", "adult", "place", "group", "area", "agency", "worker")
    reason: str = ask("Why is it taken back?", narrative=True)


class ComplexAbuseConsidered(Kind):
    """The complex (organised or multiple) abuse procedure has been considered."""

    group = "More than one child or area"
    outcome: str | None = ask("What was decided?", narrative=True)


class OtherAuthorityContacted(Kind):
    """The other authority’s duty manager has been contacted."""

    group = "More than one child or area"
    authority: str | None = ask("Which authority?")
    leads: str | None = ask("Which authority leads?")
