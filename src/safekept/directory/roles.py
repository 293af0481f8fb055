"""What a person may be in Safekept. One account has one role."""

from enum import StrEnum


class Role(StrEnum):
    """A role says what kind of work somebody does here; the policy says what that lets them see."""

    PRACTITIONER = "practitioner"
    MANAGER = "manager"
    COORDINATOR = "co-ordinator"
    GUARDIAN = "guardian"
    BOARD = "board"
    ADMINISTRATOR = "administrator"
    LOADER = "loader"

    @property
    def label(self) -> str:
        """The role in the words that a person reads."""
        return LABELS[self]


LABELS = {
    Role.PRACTITIONER: "Practitioner",
    Role.MANAGER: "Manager",
    Role.COORDINATOR: "CSE co-ordinator",
    Role.GUARDIAN: "Information guardian",
    Role.BOARD: "Board member",
    Role.ADMINISTRATOR: "Administrator",
    Role.LOADER: "Bulk loader",
}

CHOICES = [(role.value, label) for role, label in LABELS.items()]
