"""``safekept erase``, ``hold`` and ``retention``: what the law asks of the record, decided by named people."""

from __future__ import annotations

import datetime as dt
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
    from django.utils import timezone

    from safekept.proof import acts, retaining

    retaining.carry_out(decider(email, password), asked, reason, timezone.localdate())
    acts.write_over()
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


@click.group(invoke_without_command=True)
@click.option("--within", type=click.IntRange(0, 36_500), default=365, show_default=True, help="Days from today.")
@click.option("--as", "email", help="Your email address, as you sign in.")
@click.option("--password", help="Your password. Asked for when left out.")
@click.pass_context
def retention(context: click.Context, within: int, email: str | None, password: str | None) -> None:
    """Show which records will go by the rules of their area, and when, before they go: numbers and days alone."""
    bootstrap.use_django()
    if context.invoked_subcommand is not None:
        return
    from django.utils import timezone

    from safekept.proof import retaining

    who = decider(email or click.prompt("Email address"), password or click.prompt("Password", hide_input=True))
    until = timezone.localdate() + dt.timedelta(days=within)
    found = retaining.coming(who, until)
    for one in found:
        notice = f"announced {one.announced:%Y-%m-%d}" if one.announced else "not announced"
        state = "kept: legal hold" if one.held else notice
        click.echo(f"{one.day}  {one.subject_id}  {one.area or '-'}  {one.entries} entries  {one.rule.id}  {state}")
    click.echo(f"{len(found)} records are kept no longer on {until} or before.")


@retention.command()
def announce() -> None:
    """Announce what is due in four weeks. It goes then, and only when a named person agrees (erase agree)."""
    from django.utils import timezone

    from safekept.proof import retaining

    made = retaining.announce(timezone.localdate())
    for act in made:
        click.echo(f"From {timezone.localdate() + retaining.NOTICE} on: safekept erase agree {act}")
    click.echo(f"{len(made)} records are announced.")


def _say(found: Sequence[Any], none: str) -> None:
    for act in found:
        about = f"{len(act.entry_ids)} entries" if act.entry_ids else ", ".join(map(str, act.subject_ids))
        click.echo(f"{act.id}  {act.at:%Y-%m-%d}  {about}  {act.basis} {act.reference}  {act.reason}".rstrip())
    if not found:
        click.echo(none)
