"""Missing episodes, police records, trafficking and orders."""

import datetime as dt

from .base import Kind, Privacy, Retention, ask

MISSING_CATEGORIES = {"missing": "Missing", "absent": "Absent"}
RECORD_TYPES = {"non-crime": "Non-crime record (587/00)", "crime": "Crime record"}
FLAGS = {
    "ES": "Suspicion of child sexual exploitation",
    "GE": "Exploitative group",
    "GA": "Exploitative gang",
    "LA": "Police category 1",
    "LB": "Police category 2",
    "LC": "Police category 3",
    "EU": "Online",
}
OUTCOME_CODES = {
    "MI": "A positive intervention for the victim",
    "FP": "An order or notice served on the suspect",
    "FO": "A sexual harm prevention order served on the suspect",
    "FQ": "A positive disruption of the suspect",
}
MARKERS = {
    "locate-trace": "Locate/trace marker",
    "vehicle-watch": "Vehicle watch (ANPR)",
    "address": "Address scheme",
}
POLICE_TOLD = {"trafficking": "Trafficking", "crime": "A crime", "intelligence": "Intelligence"}
NRM_STEPS = {"considered": "Considered", "referred": "Referred", "decided": "Decided"}
NRM_DECISIONS = {"positive": "Positive", "negative": "Negative"}
ORDER_TYPES = {
    "shpo": "Sexual harm prevention order",
    "sro": "Sexual risk order",
    "cawn": "Child abduction warning notice",
    "hotel-notice": "Hotel notice",
    "licence-review": "Licence review",
}
ORDER_STEPS = {
    "considered": "Considered",
    "applied": "Applied for",
    "made": "Made",
    "served": "Served",
    "notified": "Police notified of name and address",
    "details-changed": "Name or address changed",
    "breached": "Breached",
    "ended": "Ended",
}
POLICE_AND_SOCIAL_CARE = ("police", "children-services")


class Missing(Kind):
    """The child is missing or absent."""

    group = "Missing"
    category: str = ask("Missing or absent?", of=MISSING_CATEGORIES)
    check_by: dt.date | None = ask(
        "By which day is the child missing, if not back?", hint="Agreed with the police", when=("category", "absent")
    )
    last_seen: str | None = ask("Where were they last seen, and with whom?", narrative=True)


class Found(Kind):
    """The child has been found or has come back."""

    group = "Missing"
    where: str | None = ask("Where, and with whom?", narrative=True)


class SafeAndWell(Kind):
    """The police’s check on return."""

    title = "Safe and well check"
    group = "Missing"
    findings: str | None = ask("What did the child say?", narrative=True, privacy=Privacy.CHILD_WORDS)
    spoken_to_alone: bool | None = ask("Was the child spoken to alone?")
    went_home: bool | None = ask("Did the child go home?")
    home_safe: bool | None = ask("Was home safe for the child?", when=("went_home", True))


class ReturnInterview(Kind):
    """What the child chose to say after being missing."""

    group = "Missing"
    offered: bool | None = ask("Was an interview offered?", told=("Offered", "Not offered"))
    accepted: bool | None = ask("Did the child accept?", when=("offered", True), told=("accepted", "declined"))
    declined_reason: str = ask(
        "Why not, in the child’s words?",
        hint="If the child gave no reason, say so.",
        narrative=True,
        when=("accepted", False),
        privacy=Privacy.CHILD_WORDS,
    )
    interviewer: str | None = ask(
        "Who listened?", hint="Someone the child chose, apart from police and social work", listed_in="interviewers"
    )
    medical_need: str | None = ask("Was any medical need found?", narrative=True)
    reasons: str | None = ask("Why did the child go?", narrative=True, privacy=Privacy.CHILD_WORDS)
    prevention: str | None = ask("What would help it not to happen again?", narrative=True)


class InterviewSubmitted(Kind):
    """The interview’s information has gone to the police notification and CSE records."""

    group = "Missing"


class CrimeRecord(Kind):
    """A record on the police crime system."""

    group = "Police records"
    audience = POLICE_AND_SOCIAL_CARE
    type: str | None = ask("Crime or non-crime?", of=RECORD_TYPES)
    number: str | None = ask("Record number")
    flags: list[str] = ask("Flags set", of=FLAGS)
    contact: bool | None = ask("Was there contact?", hint="No, if it happened only online")


class NotificationRecord(Kind):
    """The police notification, cross-referenced with the crime system."""

    group = "Police records"
    audience = POLICE_AND_SOCIAL_CARE
    number: str | None = ask("Notification number")


class Marker(Kind):
    """A marker on police systems."""

    group = "Police records"
    subjects = ("child", "adult", "place")
    audience = POLICE_AND_SOCIAL_CARE
    type: str | None = ask("Which marker?", of=MARKERS)


class PoliceTold(Kind):
    """The police have been told."""

    group = "Referral and decision"
    about: str | None = ask("About what?", of=POLICE_TOLD)


class Nrm(Kind):
    """A step of the National Referral Mechanism."""

    title = "National Referral Mechanism"
    group = "Trafficking"
    step: str | None = ask("Which step?", of=NRM_STEPS)
    decision: str | None = ask("What was the decision?", of=NRM_DECISIONS, when=("step", "decided"))


class EnquiriesExhausted(Kind):
    """All lines of enquiry have been followed."""

    group = "Police records"
    audience = POLICE_AND_SOCIAL_CARE
    disclosure: bool | None = ask("Did the child disclose?", told=("The child disclosed", "No disclosure"))


class Revisit(Kind):
    """The child has been visited again to ask whether they are ready to speak."""

    group = "Police records"


class OutcomeCode(Kind):
    """An outcome code on the crime system."""

    group = "Police records"
    subjects = ("child", "adult")
    audience = POLICE_AND_SOCIAL_CARE
    code: str | None = ask("Which code?", of=OUTCOME_CODES)


class Order(Kind):
    """A step in the life of an order, notice or licence review."""

    title = "Order or notice"
    group = "Orders and notices"
    subjects = ("adult", "place")
    audience = POLICE_AND_SOCIAL_CARE
    type: str = ask("Which order or notice?", of=ORDER_TYPES, retention=Retention.INTELLIGENCE)
    step: str | None = ask("Which step?", of=ORDER_STEPS)
    from_: dt.date | None = ask("From which day?")
    to: dt.date | None = ask("Until which day?", since="from")
    hearing: dt.date | None = ask("When is the hearing?", when=("type", "licence-review"))
    travel_part: bool | None = ask("Is this the foreign travel restriction?")
    child: str | None = ask("Which child does it protect?", privacy=Privacy.NAMES_OTHERS)
    in_care: bool | None = ask("Is that child in care?")
