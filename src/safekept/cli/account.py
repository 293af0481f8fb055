"""``safekept account``: people who may sign in. An administrator's tool: nobody signs up."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import click

from safekept.config import bootstrap
from safekept.directory.roles import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from safekept.entrance.models import ProgramKey


@click.group()
def account() -> None:
    """Add people who may sign in, and help them in again."""
    bootstrap.use_django()


@account.command()
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role if role is not Role.LOADER]))
@click.option("--area", required=True, help="The agency's area, such as birmingham.")
@click.option("--agency", required=True, help="The agency's name; made if it is new.")
@click.option("--kind", default="other", show_default=True, help="What kind of agency it is, if it is new.")
@click.option("--team", default="Duty team", show_default=True, help="The team's name; made if it is new.")
@click.password_option("--password", help="A first password. Asked for when left out.")
def add(email: str, name: str, role: str, area: str, agency: str, kind: str, team: str, password: str) -> None:
    """Add a person. They set up their one-time codes when they first sign in."""
    from safekept.directory.accounts import CannotAdd, add_account

    try:
        add_account(email, name, role, area, agency, kind, team, password)
    except CannotAdd as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"{name} can sign in as {email.lower()}.")


@account.command()
@click.argument("email")
@click.password_option("--password", help="A new password. Asked for when left out.")
def reset(email: str, password: str) -> None:
    """Give a person a new password; take off their codes, passkeys and link to an organisation, to set up again."""
    from safekept.directory.accounts import CannotAdd
    from safekept.entrance.accounts import start_again

    try:
        start_again(email, password)
    except CannotAdd as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"{email.lower()} can sign in with the new password and then sets up one-time codes again.")


@account.command()
@click.argument("email")
@click.option("--program", required=True, help="What the program is called, such as 'School records'.")
@click.option("--purpose", required=True, help="What it reads and records for, in a sentence. The guardian reads it.")
@click.option("--by", "given_by", required=True, help="Who gives the key: your name and role.")
@click.option("--days", default=30, show_default=True, help="How long it opens anything; at most 90.")
@click.option("--may-record", is_flag=True, help="It may record entries, too.")
@click.option("--from", "networks", multiple=True, help="Addresses from which alone it opens anything: 192.0.2.0/24.")
def key(
    email: str, program: str, purpose: str, given_by: str, days: int, may_record: bool, networks: tuple[str, ...]
) -> None:
    """Give a program a key, with which it acts for a person. The key is shown this once.

    It sees what that person sees, and every read and entry is written down in their name. The guardian is told.
    """
    from safekept.directory.accounts import CannotAdd
    from safekept.entrance.programs import give

    try:
        made, secret = give(email, program, purpose, given_by, days, may_record, networks)
    except CannotAdd as error:
        raise click.UsageError(str(error)) from error
    click.echo(f"{made.program} acts for {made.account} until {made.until:%-d %B %Y}. Its key, shown this once:")
    click.echo(secret)


@account.command()
@click.argument("email")
def keys(email: str) -> None:
    """List the programs that act for a person, with the number by which a key is ended."""
    for one in _keys_of(email):
        used = f"last used {one.used_at:%-d %B %Y}" if one.used_at else "never used"
        click.echo(f"{one.pk}  {one.program}, until {one.until:%-d %B %Y}, {used}: {one.purpose}")


@account.command()
@click.argument("email")
@click.option("--number", type=click.UUID, help="Which key; all of them when left out.")
def end_key(email: str, number: UUID | None) -> None:
    """End a program's key, or all of a person's, at once."""
    from safekept.entrance.programs import end

    found = _keys_of(email)
    ended = end(found.filter(pk=number) if number else found)
    if not ended:
        raise click.UsageError("No such key opens anything now. List them: safekept account keys EMAIL")
    click.echo(f"{ended} key{'s' if ended > 1 else ''} ended.")


def _keys_of(email: str) -> QuerySet[ProgramKey]:
    from safekept.directory.models import Account
    from safekept.entrance.programs import of

    account = Account.objects.filter(email=email.lower()).first()
    if account is None:
        raise click.UsageError(f"There is no account for {email}.")
    return of(account)
