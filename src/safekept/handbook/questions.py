"""Questions that people come with, and where a procedure answers each. Pure data.

A question is answered by lists, by the rules that owe an entry of some kinds, or by both. What a procedure does not
hold is left out, and so is a question that it answers with nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from safekept.kinds.vocabularies import QUESTIONS


@dataclass(frozen=True, slots=True)
class Question:
    """A question, with the ids of the lists and the kinds of entry that answer it."""

    id: str
    text: str
    lists: tuple[str, ...]
    kinds: tuple[str, ...] = ()


OF_THE_CHILD = (
    Question(
        "q1",
        QUESTIONS["q1"],
        ("barriers", "coercion", "consent", "see-me-hear-me", "boys-and-young-men", "minority-ethnic-children",
         "engagement", "language"),
        ("child-voice",),
    ),
    Question(
        "q2",
        QUESTIONS["q2"],
        ("interventions", "plan-shared-with", "conference-plan", "outcomes", "support", "victim-care"),
        ("plan", "review", "safe-and-well"),
    ),
    Question(
        "q3",
        QUESTIONS["q3"],
        ("links-to-look-for", "discussion-considers", "hotspot-places", "gang-associates", "problem-profile-sources"),
        ("complex-abuse-considered", "other-authority-contacted"),
    ),
    Question(
        "q4",
        QUESTIONS["q4"],
        ("special-measures", "witness-support", "victim-care", "therapy", "interviews", "evidence", "investigation"),
        ("crime-record", "revisit"),
    ),
    Question(
        "q5",
        QUESTIONS["q5"],
        ("outcomes", "outcome-horizons", "feedback-themes", "support", "interventions"),
        ("review",),
    ),
)  # fmt: skip
"""The five questions from the child's side (WM-2.4), which Safekept asks in every area."""

COMMON = (
    Question(
        "signs", "What should I look out for?",
        ("signs", "vulnerabilities", "look-twice", "who-may-notice", "technology", "forms", "types-of-exploitation"),
    ),
    Question(
        "category", "Which category is it?",
        ("categories", "police-category-1", "police-category-2", "police-category-3"), ("screening", "categorised"),
    ),
    Question(
        "tell", "Whom do I tell, and whom do I call?",
        ("who-to-call", "daily-contact", "leads", "who-is-responsible", "pathway-agencies"),
        ("coordinator-told", "referral", "police-told"),
    ),
    Question(
        "heard", "How do I hear what came of my referral?", (), ("acknowledged", "decided", "referrer-told"),
    ),
    Question(
        "share", "May I share this?",
        ("information-sharing", "information-sharing-use", "plan-shared-with"), ("sharing",),
    ),
    Question(
        "missing", "What if the child is missing, or comes back?",
        ("missing-definitions", "safe-and-well", "return-interview-aims", "return-interview-who", "interviewers",
         "missing-coordinator"),
        ("safe-and-well", "return-interview", "interview-submitted"),
    ),
    Question(
        "moved", "Was the child moved to be exploited?",
        ("trafficking", "trafficking-definition", "trafficking-information"), ("nrm",),
    ),
    Question(
        "law", "What does the law say, and what of consent?",
        ("definition", "consent", "section-47-threshold", "legislation"), ("section-47",),
    ),
    Question(
        "meeting", "Who comes to the meeting, and what is it for?",
        ("meetings", "meeting-purposes", "mase-attendance", "mase-agenda", "mase-review-agenda", "meeting-outcomes",
         "mase-chair-duties", "early-help-attendance"),
        ("meeting",),
    ),
    Question(
        "stop", "How can those who harm be stopped?",
        ("disruption-options", "tactical-options", "orders", "licence-review", "hotspot-places", "about-offenders"),
        ("order", "disruption"),
    ),
    Question(
        "family", "How do I work with parents and carers?",
        ("parents-and-carers", "monitoring", "support", "seeking-help"), ("family-standing",),
    ),
    Question(
        "words", "Which words do I use?", ("language", "key-messages", "see-me-hear-me"),
    ),
    Question(
        "worker", "What helps me do this work?", ("training-subjects", "supervision-questions"),
        ("training", "supervision"),
    ),
    Question(
        "better", "How do we know whether it gets better?",
        ("outcomes", "outcome-horizons", "justice-outcomes", "performance-measures", "feedback-themes"),
        ("board-report",),
    ),
)  # fmt: skip
