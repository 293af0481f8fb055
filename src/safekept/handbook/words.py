"""The words by which people enter the procedure: what happened, who they are. Pure data."""

from __future__ import annotations

from safekept.kinds import KINDS
from safekept.kinds.vocabularies import AGENCIES

MOMENTS = {
    "circumstance": "Something changed in the child’s situation",
    "concern": "A concern was noticed",
    "note": "Something else was written down",
    "screening": "A child was screened",
    "categorised": "The police gave their own category",
    "child-voice": "The child said something",
    "coordinator-told": "The co-ordinator was told",
    "referral": "A referral arrived",
    "acknowledged": "A referral was acknowledged",
    "decided": "A referral was decided",
    "discussion": "A referral was talked over",
    "referrer-told": "The referrer was told what came of it",
    "assessment": "An assessment was finished",
    "section-47": "A section 47 enquiry began",
    "section-47-outcome": "A section 47 enquiry ended",
    "conference": "A child protection conference was held",
    "gp-asked": "The GP was asked",
    "gp-told": "The GP was told",
    "meeting": "A meeting was held",
    "plan": "A plan was made",
    "review": "A review was held",
    "closure": "The work with a child is to end",
    "missing": "A child went missing",
    "found": "A child came back or was found",
    "safe-and-well": "A safe and well check was done",
    "return-interview": "A return interview was offered or held",
    "interview-submitted": "A return interview was passed on",
    "crime-record": "A crime record was made",
    "notification-record": "A police notification was made",
    "marker": "A marker was set",
    "police-told": "The police were told",
    "nrm": "A step of the National Referral Mechanism was taken",
    "enquiries-exhausted": "All lines of enquiry were followed",
    "revisit": "A child was visited again",
    "outcome-code": "An outcome code was given",
    "order": "A step was taken with an order or notice",
    "disruption": "A way of disrupting was considered or used",
    "sharing": "Information was asked for, shared or refused",
    "family-standing": "It became clear where parents or carers stand",
    "intimidation": "A child or somebody close to them was threatened",
    "third-party-material": "Material that others hold was asked for or came in",
    "board-report": "A report went to the board",
    "protocol": "The protocol was signed or reviewed",
    "training": "A worker was trained",
    "supervision": "A worker had supervision",
    "regular-meeting": "A regular meeting was held",
    "lead-named": "A lead was named",
}
"""Kind of entry to what happened, as people say it."""

WHO = {
    "police": "I am a police officer",
    "children-services": "I work in children’s services",
    "health": "I work in health",
    "gp": "I am a GP",
    "education": "I work in education",
    "school": "I work in a school",
    "youth-offending": "I work in youth offending",
    "probation": "I work in probation",
    "housing": "I work in housing",
    "voluntary": "I work in a voluntary organisation",
    "care-home": "I work in a children’s home",
    "licensing": "I work in licensing",
    "other": "I work in another agency",
}
"""Kind of agency to what somebody who works there would say."""


def moment(kind: str) -> str:
    """What happened when an entry of this kind is recorded; the kind's own title where there is no better word."""
    return MOMENTS.get(kind) or f"{KINDS[kind].title}: recorded"


def who(agency: str) -> str:
    """Who somebody is who works in this kind of agency."""
    return WHO.get(agency, f"I work in: {AGENCIES[agency]}")
