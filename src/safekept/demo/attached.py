"""A letter and a photo on some made-up children's records: drawn here, of plain shapes, by nobody and of nobody."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from safekept.access.viewer import Viewer, loader, viewer_for, viewing
from safekept.attachments.actions import Sent, attach
from safekept.attachments.looking.content import look
from safekept.directory.models import Account
from safekept.record.actions import NewEntry
from safekept.record.models import Entry

LOADER = loader("Making up what was attached")
CHILDREN = 3
"""In each area, at most, so many get files."""
LETTER = (
    "Ash Tree School",
    "Office of the safeguarding lead",
    "",
    "To the duty team, children’s services",
    "",
    "As agreed on the telephone we write down what staff have noticed this term.",
    "Attendance was 97 in a hundred until the half-term holiday and 61 since then.",
    "Twice after lessons the same dark blue car waited on the corner by the park.",
    "A new telephone was seen; the family had not bought it.",
    "",
    "We have spoken with the family, who asked us to pass this on.",
    "",
    "The safeguarding lead",
)


def attach_files(areas: Sequence[str]) -> int:
    """Attach a school's letter and a photo of a car to concerns in these areas; how many files."""
    made = 0
    for area in areas:
        worker = Account.objects.filter(
            is_demo=True, team__agency__area_id=area, team__agency__kind="children-services", role="practitioner"
        ).first()
        made += _in_area(viewer_for(worker)) if worker is not None else 0
    return made


def _in_area(worker: Viewer) -> int:
    with viewing(worker):
        concerns = list(Entry.objects.filter(kind="concern", supersedes=None).order_by("-at", "id")[:60])
    latest = {one.subject_id: one for one in reversed(concerns)}
    chosen = list(latest.values())[:CHILDREN]
    for one in chosen:
        at = min(one.at + dt.timedelta(days=1), timezone.now())
        _attach(worker, one, at, "School letter.pdf", letter(), "The school’s letter about attendance and a car")
        _attach(worker, one, at, "car-by-the-park.jpg", car(), "The dark blue car on the corner by the park")
    return 2 * len(chosen)


def _attach(worker: Viewer, to: Entry, at: dt.datetime, name: str, content: bytes, shows: str) -> None:
    new = NewEntry("file", to.subject_id, at, {"shows": f"{shows}."}, answers=[to.pk])
    with viewing(worker):
        attach(worker, new, Sent(name, content, look(content)))


def letter() -> bytes:
    """A letter of one page, as a PDF."""
    page = Image.new("L", (1240, 1754), 255)
    drawn = ImageDraw.Draw(page)
    for number, line in enumerate(LETTER):
        drawn.text((130, 150 + 52 * number), line, fill=20, font=ImageFont.load_default(44 if number == 0 else 28))
    out = io.BytesIO()
    page.save(out, "PDF", resolution=150)
    return out.getvalue()


def car() -> bytes:
    """A car on a street, as a photo."""
    photo = Image.new("RGB", (1200, 800), "#c9d6df")
    drawn = ImageDraw.Draw(photo)
    drawn.rectangle((0, 560, 1200, 800), fill="#6f7478")
    drawn.rectangle((60, 160, 380, 560), fill="#8fa58c")
    drawn.polygon(((390, 420), (500, 310), (800, 310), (900, 420)), fill="#1d3557")
    drawn.polygon(((430, 415), (515, 330), (640, 330), (640, 415)), fill="#dce7f0")
    drawn.polygon(((660, 330), (785, 330), (855, 415), (660, 415)), fill="#dce7f0")
    drawn.rounded_rectangle((300, 415, 1010, 590), 40, fill="#1d3557")
    for x in (400, 800):
        drawn.ellipse((x, 520, x + 130, 650), fill="#222222")
        drawn.ellipse((x + 40, 560, x + 90, 610), fill="#aaaaaa")
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=85)
    return out.getvalue()
