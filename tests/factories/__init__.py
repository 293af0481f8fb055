"""Made-up areas, agencies, teams, accounts and viewers for tests."""

from tests.factories.people import account, agency, area, children_services, coordinator, police, team, viewer

__all__ = ["account", "agency", "area", "children_services", "coordinator", "police", "team", "viewer"]
