"""Addresses of the procedure pages; those of rules never change."""

from django.urls import path

from . import pages

urlpatterns = [
    path("procedure/", pages.procedures, name="procedures"),
    path("procedure/<slug:pack_id>/", pages.front, name="procedure"),
    path("procedure/<slug:pack_id>/rules/", pages.rules, name="procedure-rules"),
    path("procedure/<slug:pack_id>/rules/<slug:rule_id>", pages.rule, name="procedure-rule"),
    path("procedure/<slug:pack_id>/guards/<slug:guard_id>", pages.guard, name="procedure-guard"),
    path("procedure/<slug:pack_id>/lists/<slug:list_id>", pages.one_list, name="procedure-list"),
    path("procedure/<slug:pack_id>/paragraphs", pages.paragraphs, name="procedure-paragraphs"),
]
