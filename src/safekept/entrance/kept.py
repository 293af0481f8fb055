"""What somebody sent after they had been signed out: kept for them alone until they are back, and carried out by them.

Pages that save drafts as one types go on doing so; this keeps every other form too, and works without scripts.
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import orjson
from django.http import HttpRequest
from django.utils import timezone

from safekept.access.viewer import Viewer, viewer_for, viewing
from safekept.directory.models import Account
from safekept.directory.roles import Role
from safekept.entrance.models import KeptForm

LONGEST = dt.timedelta(days=7)
LARGEST = 1_000_000
"""Bytes of one form."""
NEVER = ("csrfmiddlewaretoken", "again", "again-password", "again-code", "again-credential", "save_draft", "apart")
"""Inputs that are not kept: tokens, what shows who somebody is, the button of a draft, an address to be kept apart."""


def is_worth_keeping(request: HttpRequest) -> bool:
    """Whether a request carries a form. What is sent to sign in, or to change how, is never kept."""
    return (
        request.method == "POST"
        and not request.path.startswith("/account/")
        and "save_draft" not in request.POST
        and any(name not in NEVER for name in request.POST)
    )


def keep(request: HttpRequest, account: Account) -> UUID | None:
    """Keep what was sent, once for each address; None for what is too large, and for the loader."""
    sent = ((name, texts) for name, texts in request.POST.lists() if name not in NEVER)
    data = {_without_nul(name): [_without_nul(text) for text in texts] for name, texts in sent}
    if len(orjson.dumps(data)) > LARGEST or account.role == Role.LOADER:
        return None
    path, viewer = request.get_full_path(), viewer_for(account)
    with viewing(viewer):
        KeptForm.objects.filter(at__lt=timezone.now() - LONGEST).delete()
        KeptForm.objects.filter(path=path).delete()
        made = KeptForm.objects.create(account_id=account.pk, path=path, data=data)
    return UUID(str(made.pk))


def find(viewer: Viewer, form_id: UUID) -> KeptForm | None:
    """The viewer's own kept form."""
    return KeptForm.objects.filter(pk=form_id, at__gte=timezone.now() - LONGEST).first()


def latest(account: Account) -> UUID | None:
    """The form that this account was about to send last, if one is kept."""
    if account.role == Role.LOADER:
        return None
    with viewing(viewer_for(account)):
        found = KeptForm.objects.filter(at__gte=timezone.now() - LONGEST).order_by("-at").values_list("pk", flat=True)
        return next(iter(found[:1]), None)


def _without_nul(text: str) -> str:
    """The same without the one character that no database keeps."""
    return text.replace("\x00", "")
