"""Finding who is responsible."""

from __future__ import annotations

from dataclasses import dataclass

from safekept.directory.models import Area, Team


class NoTeam(LookupError):
    """An area has neither a team for a duty nor a co-ordinator to hold it; the message says what to add."""


@dataclass(frozen=True)
class OwnerTeam:
    """The team that holds a duty; ``is_fallback``: the co-ordinator's, because no team of that kind is set."""

    team: Team
    is_fallback: bool


def team_for(area_slug: str, owner_kind: str) -> OwnerTeam:
    """The area's team that takes what agencies of this kind owe, else the area's CSE co-ordinator's team.

    Raises NoTeam when the area has neither.
    """
    in_area = Team.objects.select_related("agency").filter(agency__area_id=area_slug)
    named = in_area.filter(agency__kind=owner_kind, is_default=True).order_by("agency__name", "name").first()
    if named:
        return OwnerTeam(named, is_fallback=False)
    held = in_area.filter(is_coordination=True).order_by("agency__name", "name").first()
    if held:
        return OwnerTeam(held, is_fallback=True)
    raise NoTeam(
        f"{area_slug} has no team for {owner_kind} and no CSE co-ordinator's team. "
        "Add a team in the directory and mark it as the default, or as the area's co-ordination."
    )


def areas() -> list[Area]:
    """Every area, by name."""
    return list(Area.objects.all())
