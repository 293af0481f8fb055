"""Identifiers as people type them, brought to one form: a value, or a sentence saying what to do.

A number plate is never refused: partial and foreign plates are evidence too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
PHONE_DIGITS = range(6, 16)
"""Shortest number worth keeping (a local number without its code) to the longest in E.164."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """One identifier, read. Exactly one of ``value`` and ``error`` is set; ``warning`` may come with a value."""

    value: str = ""
    error: str = ""
    warning: str = ""

    def __bool__(self) -> bool:
        """True when the text could be read."""
        return bool(self.value)


def nhs_number(text: str) -> Normalised:
    """Read an NHS number: ten digits whose last checks the others (modulus 11)."""
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{10}", digits):
        return Normalised(error="An NHS number has ten digits, like 999 000 0018. Check the number.")
    total = sum(int(d) * weight for d, weight in zip(digits, range(10, 1, -1), strict=False))
    check = (11 - total % 11) % 11
    if set(digits) == {"0"} or check != int(digits[9]):
        return Normalised(error="That is not a valid NHS number: its last digit does not fit. Check each digit.")
    return Normalised(digits)


def upn(text: str) -> Normalised:
    """Read a unique pupil number: a check letter and twelve digits (the last may be a letter)."""
    value = re.sub(r"[\s-]", "", text).upper()
    if not re.fullmatch(r"[A-Z][0-9]{11}[0-9A-Z]", value):
        return Normalised(error="A pupil number is a letter and twelve digits, like B801200005001. Check the number.")
    last = int(value[12]) if value[12].isdigit() else UPN_LETTERS.find(value[12])
    total = sum(int(d) * weight for d, weight in zip(value[1:12], range(2, 13), strict=True)) + last * 13
    if last < 0 or UPN_LETTERS[total % 23] != value[0]:
        return Normalised(error="That is not a valid pupil number: its first letter does not fit. Check each digit.")
    return Normalised(value)


def phone(text: str) -> Normalised:
    """Read a phone number into E.164, taking numbers without a country code as British."""
    digits = re.sub(r"[^\d+]", "", text.replace("(0)", ""))
    digits = re.sub(r"^00", "+", digits)
    plain = digits.lstrip("+")
    if "+" in plain or re.search(r"[A-Za-z]", text) or len(plain) not in PHONE_DIGITS or not plain.isascii():
        return Normalised(error="A phone number has 6 to 15 digits, like 07700 900123. Check the number.")
    if digits.startswith("+"):
        return Normalised(_without_trunk_zero(digits))
    if digits.startswith("0"):
        return Normalised("+44" + digits[1:], warning=_odd_length(digits))
    if digits.startswith("44") and len(digits) == 12:
        return Normalised("+" + digits)
    if len(digits) == 10 and digits.startswith("7"):
        return Normalised("+44" + digits)
    return Normalised(digits, warning="This looks like part of a phone number. It is kept as it is.")


def _without_trunk_zero(number: str) -> str:
    return "+44" + number[4:] if number.startswith("+440") else number


def _odd_length(digits: str) -> str:
    return "" if len(digits) in (10, 11) else "A British number has 10 or 11 digits. It is kept as it is."


_PLATE_FORMS = re.compile(
    r"[A-Z]{2}\d{2}[A-Z]{3}|[A-Z]\d{1,3}[A-Z]{3}|[A-Z]{3}\d{1,3}[A-Z]|[A-Z]{1,3}\d{1,4}|\d{1,4}[A-Z]{1,3}"
    r"|[A-Z]{2}Q?\d{2}[A-Z]{3}|\d{3}[DX]\d{3}"
)


def plate(text: str) -> Normalised:
    """Read a number plate: upper case without spaces; ``?`` or ``*`` stands for what was not seen."""
    value = re.sub(r"[^A-Z0-9?]", "", text.upper().replace("*", "?"))
    if not value.strip("?"):
        return Normalised(error="Write the letters and digits of the plate that were seen, with ? for the others.")
    if len(value) > 12:
        return Normalised(error="A plate has at most 12 letters and digits. Put anything else in the description.")
    if "?" in value:
        return Normalised(value, warning="Kept as a partial plate.")
    if not _PLATE_FORMS.fullmatch(value):
        return Normalised(value, warning="This is not the form of a British plate. It is kept as it is.")
    return Normalised(value)


_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][ABD-HJLNP-UW-Z]{2})|(GIR)(0AA)")


def postcode(text: str) -> Normalised:
    """Read a postcode, whole or its first half, into capitals with one space."""
    value = re.sub(r"[^A-Z0-9]", "", text.upper())
    whole = _POSTCODE.fullmatch(value)
    if whole:
        return Normalised(f"{whole[1] or whole[3]} {whole[2] or whole[4]}")
    if re.fullmatch(r"[A-Z]{1,2}[0-9][A-Z0-9]?", value):
        return Normalised(value, warning="Kept as the first half of a postcode.")
    return Normalised(error="That is not a postcode. Write it like B1 1AA, or its first half, like B1.")


def email(text: str) -> Normalised:
    """Read an email address into lower case."""
    value = text.strip().lower()
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+", value) or len(value) > 254:
        return Normalised(error="An email address looks like name@example.org. Check the address.")
    return Normalised(value)


def handle(text: str) -> Normalised:
    """Read an online name: lower case, without the @ sign or the address of the site."""
    value = re.sub(r"^https?://(www\.)?[^/]+/", "", text.strip().lower()).strip("/").lstrip("@")
    if not value or re.search(r"\s", value) or len(value) > 100:
        return Normalised(error="Write the online name as one word, like @name_22.")
    return Normalised(value)


def uprn(text: str) -> Normalised:
    """Read a unique property reference number: up to twelve digits, kept as text."""
    value = text.strip()
    if not re.fullmatch(r"[0-9]{1,12}", value) or not value.strip("0"):
        return Normalised(error="A property reference number has up to 12 digits. Check the number.")
    return Normalised(value.lstrip("0"))


def police_id(text: str) -> Normalised:
    """Read a police reference: kept as written, in capitals without spaces."""
    value = re.sub(r"\s", "", text).upper()
    if not value or len(value) > 40:
        return Normalised(error="Write the police reference as it stands on the record, at most 40 characters.")
    return Normalised(value)


SCHEMES: dict[str, Callable[[str], Normalised]] = {
    "nhs": nhs_number,
    "upn": upn,
    "phone": phone,
    "vrm": plate,
    "email": email,
    "handle": handle,
    "postcode": postcode,
    "uprn": uprn,
    "police-id": police_id,
}
"""Every scheme of identifier, with its reader."""


def normalise(scheme: str, text: str) -> Normalised:
    """Read ``text`` as an identifier of ``scheme``; an unknown scheme is an error sentence too."""
    reader = SCHEMES.get(scheme)
    if reader is None:
        return Normalised(error=f"There is no identifier called {scheme}. Choose one of {', '.join(SCHEMES)}.")
    return reader(text)
