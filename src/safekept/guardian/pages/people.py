"""What did this person look at."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from safekept.access.models import Alert

from .. import queries
from ..presenters import alerts
from ..presenters import lookers as presenter
from .filters import stretch


def find(request: HttpRequest) -> HttpResponse:
    """Find somebody who signs in, by name or email."""
    queries.viewer_of(request)
    words = request.GET.get("q", "").strip()[:200]
    found = queries.accounts(words) if words else []
    return render(request, "guardian/find_person.html", {"words": words, "found": found})


def looked(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """At whom they looked, how often, what let them, what was refused, and what waits for review about them."""
    viewer, now = queries.viewer_of(request), timezone.now()
    person = queries.account(account_id)
    asked = stretch(request, now)
    seen = presenter.looked_at(viewer, person, asked.since, asked.until)
    context = {
        "person": person,
        "who": queries.called(person),
        "asked": asked,
        "opened": [one for one in seen if one.opened],
        "outside": [one for one in seen if one.is_outside],
        "refused": [one for one in seen if one.refused],
        "listed": sum(not one.opened and not one.refused for one in seen),
        "searched": sum(one.searched for one in seen),
        "lately": presenter.lately(viewer, person, seen, asked.since, asked.until),
        "alerts": [(one, alerts.title(one)) for one in Alert.objects.filter(account_id=account_id, reviewed_at=None)],
        "errors": asked.errors,
    }
    return render(request, "guardian/person.html", context)
