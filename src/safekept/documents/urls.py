"""Addresses of documents."""

from django.urls import path

from .pages import deciding, drafting

urlpatterns = [
    path("children/<uuid:subject_id>/documents/", drafting.listed, name="documents"),
    path("children/<uuid:subject_id>/documents/new", drafting.about, name="document-new"),
    path("children/<uuid:subject_id>/documents/<uuid:draft_id>/about", drafting.about, name="document-about"),
    path("children/<uuid:subject_id>/documents/<uuid:draft_id>/", drafting.draft, name="document-draft"),
    path("documents/<uuid:document_id>/", deciding.document, name="document"),
    path("documents/<uuid:document_id>/pdf", deciding.pdf, name="document-pdf"),
    path("documents/<uuid:document_id>/issue", deciding.issue, name="document-issue"),
    path("documents/<uuid:document_id>/send-back", deciding.send_back, name="document-send-back"),
    path("documents/<uuid:document_id>/again", deciding.again, name="document-again"),
]
