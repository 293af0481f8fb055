"""Plain professional sentences for made-up entries: indicators and decisions, never more."""

from __future__ import annotations

import random
from collections.abc import Sequence

_SEEN = {
    "missing-from-home": "Out overnight twice this week and would not say where.",
    "absent-from-school": "Left after registration on three days and was seen getting into a car.",
    "unexplained-gifts": "Has new trainers and a second phone and does not say who paid.",
    "change-in-appearance": "Looks tired and has lost weight over half term.",
    "online-vulnerability": "Worried about messages from someone older met online.",
    "drug-or-alcohol-misuse": "Came back smelling of alcohol.",
    "estranged-from-family": "No longer speaks to her mother and brothers.",
    "physical-injuries": "A bruise on the arm that was explained in two ways.",
    "poor-mental-health": "Withdrawn, not sleeping, tearful in tutor time.",
    "self-harm": "Marks on the forearm. The school nurse has been told.",
    "older-people": "Spends evenings with people in their twenties.",
    "distrust-of-authority": "Stopped talking to staff after the weekend.",
}


def concern(rng: random.Random, signs: Sequence[str], seen: Sequence[str]) -> str:
    """Return what somebody noticed, with the people and things they saw."""
    parts = [_SEEN.get(sign, "A change that worries us.") for sign in signs]
    if seen:
        parts.append(rng.choice(("With: ", "Seen with: ", "Mentioned: ")) + "; ".join(seen) + ".")
    return " ".join(parts)


def missing(rng: random.Random) -> str:
    """Return how a missing episode was reported."""
    return rng.choice(
        (
            "Did not come back from school.",
            "Left the home after tea and is not answering the phone.",
            "Not in bed at the evening check.",
            "Was to meet a friend who has not seen them.",
        )
    )


def found(rng: random.Random) -> str:
    """Return how a child came back."""
    return rng.choice(
        (
            "Came back alone.",
            "Found at the bus station by officers.",
            "Dropped off by a car at the corner.",
            "Rang to be fetched.",
        )
    )


def rationale(rng: random.Random, category: int) -> str:
    """Return the reasons for a category."""
    return {
        0: "The signs have another explanation, which the family and the school confirm.",
        1: "Signs are there and so far nothing says that anyone is targeting the child.",
        2: "Gifts, absences and an older contact fit together; coercion is likely.",
        3: "The same people and places again and again, and the child is afraid of them.",
    }[category]


def why_gone(rng: random.Random) -> str:
    """Return why a child went, in the child's words."""
    return rng.choice(
        (
            "I was told I had to come.",
            "It is better than sitting here.",
            "My friend was scared to go on her own.",
            "I do not want to say.",
        )
    )


def child_says(rng: random.Random, question: str) -> str:
    """Return a child's words under one of the five questions."""
    return rng.choice(
        {
            "q1": ("He is my boyfriend, why does everyone go on about it?", "I thought it was normal."),
            "q2": ("They know where I live.", "You all go home at five."),
            "q3": ("My cousin goes there too.", "There are other girls."),
            "q4": ("I am not standing up in court.", "Would he see me?"),
            "q5": ("I want to go back to college.", "I want it to be like before."),
        }[question]
    )


def answer(rng: random.Random, kind: str) -> str:
    """Return what somebody wrote when they did what was owed."""
    return rng.choice(
        {
            "discussion": (
                "Actions agreed and shared with those present.",
                "Health to share clinic attendance; police to check the vehicle.",
            ),
            "meeting": (
                "Disruption considered. Each agency has its actions.",
                "Links to other children noted; next date agreed.",
            ),
            "assessment": ("Seen alone twice. Views recorded.", "Family seen. School and health contributed."),
            "plan": ("Agreed with the child and the family.", "Copy to school and health."),
            "safe-and-well": ("Seen at home. Says they are well.", "Tired and quiet. No injury seen."),
        }.get(kind, ("",))
    )
