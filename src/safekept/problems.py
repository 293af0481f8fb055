"""Errors that every part may raise towards whoever runs Safekept."""


class OperatingProblem(Exception):
    """Something outside the program is not as it must be; the message says what, where and what to do."""
