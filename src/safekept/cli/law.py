"""``safekept erase`` and ``safekept hold``: what the law asks of the record, decided by named people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from safekept.config import bootstrap
from safekept.problems import OperatingProblem

if TYPE_CHECKING:
    from safekept.access.viewer import Viewer

BASES = ("court-order", "data-protection-officer")


def _decider(command: click.decorators.FC) -> click.decorators.FC:
    """Whoever decides says who they are, with the password that they sign in with."""
    command = click.option("--as", "email", required=True, help="Your email address, as you sign in.")(command)
    return click.password_option(
        "--password", confirmation_prompt=False, help="Your password. Asked for when left out."
    )(command)


def reason_option(command: click.decorators.FC) -> click.decorators.FC:
    """``--reason``: why, in words that name nobody."""
    return click.option("--reason", required=True, help="Why, in words that stay: name nobody in them.")(command)


def decider(email: str, password: str) -> Viewer:
    """The viewer who decides. Raises OperatingProblem for a wrong address or password, which it does not tell apart."""
    from safekept.access.viewer import viewer_for
    from safekept.directory.models import Account

    found = Account.objects.filter(email=email.lower(), is_active=True).first()
    if found is None or not found.check_password(password):
        raise OperatingProblem("The email address or the password is not right. Nothing was done.")
    return viewer_for(found, "Acting under the law")


@click.group()
def erase() -> None:
    """Destroy by law what entries say. One person asks, another agrees; that something was recorded stays."""
    bootstrap.use_django()


@erase.command()
@click.argument("entries", nargs=-1, required=True, type=click.UUID)
@click.option("--basis", required=True, type=click.Choice(BASES), help="What it rests on.")
@click.option("--reference", default="", help="The number of the order or decision.")
@reason_option
@_decider
def ask(entries: Sequence[UUID], basis: str, reference: str, reason: str, email: str, password: str) -> None:
    """Ask for ENTRIES to be erased, by the numbers at the end of their addresses. Nothing is erased yet."""
    from safekept.proof import acts

    made = acts.ask(decider(email, password), entries, basis, reference, reason)
    click.echo(f"Asked for. Somebody else agrees with: safekept erase agree {made}")


@erase.command()
@click.argument("asked", type=click.UUID)
@reason_option
@_decider
def agree(asked: UUID, reason: str, email: str, password: str) -> None:
    """Agree to what was ASKED, and so erase it. It cannot be brought back."""
    from safekept.proof import acts

    acts.agree(decider(email, password), asked, reason)
    _sweep()
    click.echo("Erased. Backups and copies made before still hold it: let them run out, or erase it there too.")


@erase.command()
@click.argument("asked", type=click.UUID)
@reason_option
@_decider
def refuse(asked: UUID, reason: str, email: str, password: str) -> None:
    """Answer that what was ASKED is not to be erased."""
    from safekept.proof import acts

    acts.refuse(decider(email, password), asked, reason)
    click.echo("Refused. Nothing was erased.")


@erase.command()
@_decider
def waiting(email: str, password: str) -> None:
    """Show what was asked for and not answered."""
    from safekept.proof import acts

    _say(acts.waiting(decider(email, password)), "Nothing is waiting.")


@click.group()
def hold() -> None:
    """Put a legal hold on a record, so that nothing of it is erased, and lift it."""
    bootstrap.use_django()


@hold.command()
@click.argument("record", type=click.UUID)
@click.option("--reference", default="", help="The number of the claim, inquiry or request.")
@reason_option
@_decider
def place(record: UUID, reference: str, reason: str, email: str, password: str) -> None:
    """Put a legal hold on a RECORD, by the number at the end of its address."""
    from safekept.proof import acts

    made = acts.hold(decider(email, password), record, reason, reference)
    click.echo(f"Nothing of this record is erased until: safekept hold lift {made}")


@hold.command()
@click.argument("held", type=click.UUID)
@reason_option
@_decider
def lift(held: UUID, reason: str, email: str, password: str) -> None:
    """Lift the legal hold HELD."""
    from safekept.proof import acts

    acts.lift(decider(email, password), held, reason)
    click.echo("Lifted.")


@hold.command()
@_decider
def show(email: str, password: str) -> None:
    """Show the legal holds that are on."""
    from safekept.proof import acts

    _say(acts.holds(decider(email, password)), "There is no legal hold.")


def _say(found: Sequence[Any], none: str) -> None:
    for act in found:
        about = f"{len(act.entry_ids)} entries" if act.entry_ids else ", ".join(map(str, act.subject_ids))
        click.echo(f"{act.id}  {act.at:%Y-%m-%d}  {about}  {act.basis} {act.reference}  {act.reason}".rstrip())
    if not found:
        click.echo(none)


def _sweep() -> None:
    """Have the database write over what the erased rows held: until then it lies unread on the disk."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM record_entry, record_mention, record_draft, record_obligation")
