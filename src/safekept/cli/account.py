"""``safekept account``: people who may sign in. An administrator's tool: nobody signs up."""

from __future__ import annotations

import click

from safekept.config import bootstrap
from safekept.directory.roles import Role


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
