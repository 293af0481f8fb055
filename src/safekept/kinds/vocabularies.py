"""Closed vocabularies that several kinds share. Values are those of the history file."""

CHILD_FIELDS = frozenset({"linked_children", "child"})
"""Questions that are answered with other children, by their ids."""
AREA_FIELDS = frozenset({"area", "host_area"})
"""Questions that are answered with an area, by its name in lower case: a procedure follows from it."""

AGENCIES = {
    "police": "Police",
    "children-services": "Children’s services",
    "health": "Health",
    "gp": "GP",
    "education": "Education",
    "school": "School",
    "youth-offending": "Youth offending service",
    "probation": "Probation",
    "housing": "Housing",
    "voluntary": "Voluntary organisation",
    "care-home": "Children’s home",
    "licensing": "Licensing",
    "other": "Other agency",
}

SHARING_BASES = {
    "safeguarding": "To safeguard a child or somebody else",
    "consent": "With consent",
    "public-task": "A duty or power in law",
    "crime": "To prevent or detect a crime",
}
"""On what basis in law information is asked for, shared or refused."""

CHAIR_ROLES = {
    "children-services-manager": "Children’s services manager",
    "cse-coordinator": "CSE co-ordinator",
    "independent-reviewing-officer": "Independent reviewing officer",
    "inspector": "Police inspector",
    "chief-inspector": "Police chief inspector",
    "detective-inspector": "Detective inspector",
    "detective-chief-inspector": "Detective chief inspector",
    "superintendent": "Police superintendent or above",
    "sergeant": "Police sergeant",
    "other": "Someone else",
}

POLICE_RANKS = {
    "constable": "Constable or police staff",
    "sergeant": "Sergeant",
    "inspector": "Inspector",
    "detective-inspector": "Detective inspector",
    "chief-inspector": "Chief inspector",
    "detective-chief-inspector": "Detective chief inspector",
    "superintendent": "Superintendent or above",
}

SUBJECT_KINDS = {
    "child": "Child",
    "adult": "Adult",
    "place": "Place",
    "group": "Group",
    "area": "Area",
    "agency": "Agency",
    "worker": "Worker",
}

CATEGORIES = {
    "0": "No risk of sexual exploitation found",
    "1": "Category 1",
    "2": "Category 2",
    "3": "Category 3",
}

POLICE_CATEGORIES = {"1": "Police category 1", "2": "Police category 2", "3": "Police category 3"}

QUESTIONS = {
    "q1": "What if I don’t see it as abuse?",
    "q2": "How do I know that what you have planned will keep me safe?",
    "q3": "Have you checked who else may be at risk?",
    "q4": "How will you support me if this goes to court?",
    "q5": "Do I have hope for the future?",
}
"""The five questions from the child's perspective (WM-2.4)."""

BASES = {"fact": "Fact", "opinion": "Professional opinion"}
"""Whether what was recorded is known, or judged."""

ASKED = {
    "signs": "What should I look out for?",
    "category": "Which category is it?",
    "tell": "Whom do I tell, and whom do I call?",
    "heard": "How do I hear what came of my referral?",
    "share": "May I share this?",
    "missing": "What if the child is missing, or comes back?",
    "moved": "Was the child moved to be exploited?",
    "law": "What does the law say, and what of consent?",
    "meeting": "Who comes to the meeting, and what is it for?",
    "stop": "How can those who harm be stopped?",
    "family": "How do I work with parents and carers?",
    "words": "Which words do I use?",
    "worker": "What helps me do this work?",
    "better": "How do we know whether it gets better?",
}
"""Other questions that people come with to a procedure."""
