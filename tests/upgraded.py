"""Print what the pages show and take of a record that was brought up to date: ``python -m tests.upgraded``, as JSON."""

from __future__ import annotations

import json
import sys

from safekept.config import bootstrap

PAGES = ("/work", "/work?scope=agency", "/children?whose=agency", "/search?q=Tia", "/search?q=07700")


def shown() -> dict[str, object]:
    """Pages of everybody with what each answered; a note that was recorded; what was kept locked and opens."""
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from safekept.access import circles, locked
    from safekept.access.viewer import loader, viewer_for, viewing
    from safekept.attachments.models import Original
    from safekept.directory.models import Account
    from safekept.proof.verifying import verify_everything
    from safekept.record.actions import NewEntry, append
    from safekept.register.models import Thing
    from safekept.vault import actions as vault
    from safekept.vault.models import KeptApart

    answered: dict[str, int] = {}
    notes, opened = 0, 0
    for account in Account.objects.filter(role__in=("practitioner", "manager", "co-ordinator")):
        viewer = viewer_for(account)
        browser = Client()
        browser.post("/account/demo", {"account": str(account.pk)})
        with viewing(viewer):
            children = list(Thing.objects.filter(kind="child").values_list("pk", flat=True)[:6])
        for path in (*PAGES, *(f"/children/{one}" for one in children)):
            answered[f"{account.name} {path}"] = browser.get(path).status_code
        for child in children:
            with viewing(viewer):
                admitted = bool(circles.may_see_record(viewer, child))
            if admitted:
                notes += bool(append(viewer, NewEntry("note", child, timezone.now(), text="Brought up to date.")))
        with viewing(viewer):
            for row in KeptApart.objects.filter(ended_at=None):
                _, text = vault.show(viewer, row.subject_id, row.pk, "To see that it still opens.")
                opened += bool(text)
            opened += sum(bool(locked.unlock(bytes(row.locked), row.place)) for row in Original.objects.all())
    with viewing(loader("Looking after bringing up to date")), connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM record_heard), (SELECT count(*) FROM record_mention)")
        heard, mentioned = cursor.fetchone()
    return {
        "answered": answered, "notes": notes, "opened": opened, "heard": heard, "mentioned": mentioned,
        "holds": verify_everything().holds,
    }  # fmt: skip


if __name__ == "__main__":
    bootstrap.use_django()
    from django.test.utils import setup_test_environment

    setup_test_environment()
    sys.stdout.write(json.dumps(shown()))
