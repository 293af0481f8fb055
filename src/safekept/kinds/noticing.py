"""What people notice and how they judge it: circumstances, concerns, screenings."""

import datetime as dt

from .base import Kind, Privacy, ask
from .vocabularies import CATEGORIES, POLICE_CATEGORIES, QUESTIONS

CIRCUMSTANCES = {
    "looked-after": "Looked after",
    "allocated-social-worker": "Has an allocated social worker",
    "early-help": "In early help",
    "child-protection-plan": "On a child protection plan",
    "placed-out-of-area": "Placed in another area",
    "disabled": "Disabled",
    "lives-in": "Lives in (a move)",
}

TRAFFICKING = {
    "none": "No sign of being moved",
    "into-uk": "Brought into the UK",
    "within-uk": "Moved within the UK, even a short way",
    "out-of-uk": "Taken out of the UK",
}


class Circumstance(Kind):
    """A fact about the child’s situation that lasts for a time."""

    group = "Who the child is"
    what: str = ask("Which circumstance?", of=CIRCUMSTANCES)
    area: str | None = ask("Which area do they live in now?", when=("what", "lives-in"))
    host_area: str | None = ask("Which area are they placed in?", when=("what", "placed-out-of-area"))
    from_: dt.date | None = ask("From which day?", hint="Leave empty if you do not know")
    to: dt.date | None = ask("Until which day?", hint="Leave empty if it still holds", since="from")
    detail: str | None = ask("Anything to add?", narrative=True)


class Concern(Kind):
    """What somebody noticed about a child."""

    group = "Noticing"
    subjects = ("child", "place", "group")
    signs: list[str] = ask("Which signs have you seen or heard of?", listed_in="signs")
    noticed: str | None = ask("What did you notice?", hint="In your own words", narrative=True)
    trafficking: str | None = ask("Has the child been moved for exploitation?", of=TRAFFICKING)
    immediate_danger: bool | None = ask("Is the child in danger now?", told=("In danger now", ""))
    online: bool | None = ask("Did any of it happen online?")
    linked_children: list[str] = ask(
        "Which other children may be exploited with them, or by the same person?",
        ids=True,
        privacy=Privacy.NAMES_OTHERS,
    )


class Screening(Kind):
    """The area’s screening tool, completed: what is recorded, the category chosen, and why."""

    group = "Noticing"
    category: int = ask("Which category?", of=CATEGORIES)
    signs: list[str] = ask("Signs", listed_in="signs")
    vulnerabilities: list[str] = ask("Vulnerabilities", listed_in="vulnerabilities")
    evidence: list[str] = ask("Which entries is this based on?", ids=True)
    rationale: str = ask("Why this category?", narrative=True)
    child_view: str | None = ask("What does the child say?", narrative=True, privacy=Privacy.CHILD_WORDS)
    discussed_with_adviser: bool | None = ask("Have you discussed it with your safeguarding adviser?")
    second_person: str | None = ask("Who else looked at this choice?", hint="Name and role")


class Categorised(Kind):
    """The police assessment team’s own category."""

    title = "Police category"
    group = "Police records"
    audience = ("police", "children-services")
    category: int = ask("Which police category?", of=POLICE_CATEGORIES)
    by: str | None = ask("Who decided?")


class ChildVoice(Kind):
    """What the child says, under the five questions."""

    title = "The child’s words"
    group = "The child’s voice"
    questions: dict[str, str] = ask("The five questions", of=QUESTIONS, privacy=Privacy.CHILD_WORDS)
    said_to: str | None = ask("Who did the child speak to?", privacy=Privacy.CHILD_WORDS)


class Note(Kind):
    """Anything else worth keeping on the record."""

    group = "Noticing"
    subjects = ("child", "adult", "place", "group", "area", "agency", "worker")
    about: str | None = ask("What is it about?")
