"""Questions that people come with, and which kinds of entry answer each. Pure data.

A question is answered by the rules that owe an entry of some kinds, and by the lists that a procedure names under it
(its ``answers.yaml``). A question that a procedure answers with nothing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

KINDS_OF_THE_CHILD: Mapping[str, tuple[str, ...]] = {
    "q1": ("child-voice",),
    "q2": ("plan", "review", "safe-and-well"),
    "q3": ("complex-abuse-considered", "other-authority-contacted"),
    "q4": ("crime-record", "revisit"),
    "q5": ("review",),
}
"""The five questions from the child's side (WM-2.4), which Safekept asks in every area."""

KINDS_OF_OTHERS: Mapping[str, tuple[str, ...]] = {
    "signs": (),
    "category": ("screening", "categorised"),
    "tell": ("coordinator-told", "referral", "police-told"),
    "heard": ("acknowledged", "decided", "referrer-told"),
    "share": ("sharing",),
    "missing": ("safe-and-well", "return-interview", "interview-submitted"),
    "moved": ("nrm",),
    "law": ("section-47",),
    "meeting": ("meeting",),
    "stop": ("order", "disruption"),
    "family": ("family-standing",),
    "words": (),
    "worker": ("training", "supervision"),
    "better": ("board-report",),
}
"""The other questions, in the order in which they are shown."""
