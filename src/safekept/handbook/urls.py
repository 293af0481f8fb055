"""Addresses of the procedure pages. Those of today's version never change; every version has the same below its own."""

from django.urls import include, path

from .pages import deciding, reading, versions

A_BOOK = [
    path("", reading.front, name="procedure"),
    path("moments/", reading.moments, name="procedure-moments"),
    path("moments/<slug:kind>", reading.moment, name="procedure-moment"),
    path("roles/", reading.roles, name="procedure-roles"),
    path("roles/<slug:kind>", reading.role, name="procedure-role"),
    path("questions/", reading.questions, name="procedure-questions"),
    path("questions/<slug:question_id>", reading.question, name="procedure-question"),
    path("search", reading.search, name="procedure-search"),
    path("rules/", reading.rules, name="procedure-rules"),
    path("rules/<slug:rule_id>", reading.rule, name="procedure-rule"),
    path("guards/<slug:guard_id>", reading.guard, name="procedure-guard"),
    path("reminders", reading.reminders, name="procedure-reminders"),
    path("lists/", reading.lists, name="procedure-lists"),
    path("lists/<slug:list_id>", reading.one_list, name="procedure-list"),
    path("paragraphs", reading.paragraphs, name="procedure-paragraphs"),
    path("coverage", reading.coverage, name="procedure-coverage"),
    path("readings", reading.readings, name="procedure-readings"),
    path("print", reading.whole, name="procedure-print"),
    path("print/<slug:part>", reading.whole, name="procedure-print-part"),
]

urlpatterns = [
    path("procedure/", reading.procedures, name="procedures"),
    path("procedure/put-forward/", deciding.put_forward, name="proposals"),
    path("procedure/put-forward/<uuid:proposal_id>/decide/", deciding.proposal, name="proposal"),
    path("procedure/put-forward/<uuid:proposal_id>/try", deciding.try_it, name="proposal-try"),
    path("procedure/put-forward/<uuid:proposal_id>/adopt", deciding.adopt, name="proposal-adopt"),
    path("procedure/put-forward/<uuid:proposal_id>/take-back", deciding.take_back, name="proposal-take-back"),
    path("procedure/put-forward/<uuid:proposal_id>/", include(A_BOOK)),
    path("procedure/<slug:pack_id>/versions", versions.versions, name="procedure-versions"),
    path("procedure/<slug:pack_id>/compare", versions.compare, name="procedure-compare"),
    path("procedure/<slug:pack_id>/", include(A_BOOK)),
    path("procedure/<slug:pack_id>/<str:version>/", include(A_BOOK)),
]
