"""What the reading log calls things, in words: pages that show one record, lists, searches."""

from __future__ import annotations

RECORD = {
    "child": "The child’s page",
    "entry": "One entry",
    "Entry": "One entry",
    "entry-correct": "Correcting an entry",
    "entry-who": "Who may see an entry",
    "record": "Recording",
    "record-kind": "Recording",
    "safe-contact": "The safe contact",
    "screening": "Screening",
    "who": "Who may see the record",
    "who-act": "Who may see the record",
    "file": "A letter, photo or other file",
    "file-original": "The original of a file",
    "attach": "Attaching a file",
    "kept-apart": "What is kept apart",
    "kept-apart-add": "Keeping something apart",
    "kept-apart-show": "An address or contact that is kept apart",
    "kept-apart-end": "Ending what is kept apart",
    "sharing": "Sharing, or asking another agency",
    "request": "A request to an agency",
    "thing": "The page of a person or thing",
    "thing-put-right": "Putting a fact right",
    "Opened child": "The child’s page",
    "Opened adult": "The page of a person",
    "Tried to record what is kept apart": "Tried to record what is kept apart",
    "History": "The whole history",
    "Timeline": "The timeline",
    "Position": "What is owed",
}
"""Pages that show one record; the first id in the log says whose."""
DESK = {
    "guardian-child": "Who looked at this child",
    "guardian-child-csv": "Who looked at this child, as a file",
    "guardian-deny": "Keeping a record from somebody",
    "guardian-alert": "An alert",
}
"""The guardian's pages about one child: a name, and who read. The first id says whose, too."""
LISTS = {
    "work": "Your work",
    "children": "The list of children",
    "numbers": "Do the numbers agree?",
    "Work": "A list of what is owed",
    "concern": "Reporting a concern",
    "concern-step": "Reporting a concern",
    "concern-done": "Reporting a concern",
    "cover": "Who stands in for whom",
    "cover-end": "Who stands in for whom",
    "file-page": "A page of a file",
    "law": "Keeping and erasing",
    "law-coming": "What will go, and when",
    "law-ask": "Asking for an erasure",
    "law-answer": "Answering an erasure",
    "law-hold": "Putting a legal hold on a record",
    "law-lift": "Lifting a legal hold",
    "guardian": "The guardian’s desk",
    "guardian-children": "The guardian’s search",
    "guardian-person": "What a person looked at",
    "guardian-reviewed": "What was reviewed",
}
SEARCH = "Search"


def page(what: str) -> str:
    """What a row of the log was, in words; a row that has none says itself."""
    if what == SEARCH:
        return "A search"
    if what.startswith("api:"):
        return "What a program asked for"
    if what.startswith("who"):
        return RECORD["who"]
    if what.startswith("document"):
        return "A document made for somebody"
    if what.startswith(("record ", "Recorded ")):
        return "Recording"
    return RECORD.get(what) or DESK.get(what) or LISTS.get(what) or what
