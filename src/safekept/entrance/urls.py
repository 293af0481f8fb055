"""Addresses of signing in and out. Of allauth's pages only those that are used here exist at all."""

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as recovery
from django.urls import path

from safekept.entrance.pages import keeping, organisations, passkeys, programs, views
from safekept.entrance.pages.again import asks_again

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("leave", views.leave, name="leave"),
    path("account/demo", views.demo_sign_in, name="demo_sign_in"),
    path("account/login/", views.SignIn.as_view(), name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/password/", views.ChangePassword.as_view(), name="account_change_password"),
    path("account/with/<slug:organisation>/", organisations.begin, name="organisation"),
    path("account/with/<slug:organisation>/back/", organisations.oidc_back, name="organisation-back"),
    path("account/with/<slug:organisation>/saml/", organisations.saml_back, name="organisation-saml"),
    path("account/with/<slug:organisation>/saml/finish/", organisations.saml_finish, name="organisation-saml-finish"),
    path("account/with/<slug:organisation>/metadata/", organisations.saml_metadata, name="organisation-metadata"),
    path("account/session", keeping.session, name="session"),
    path("account/kept/<uuid:form_id>", keeping.kept_form, name="kept-form"),
    path("account/codes/", programs.HowYouSignIn.as_view(), name="mfa_index"),
    path("account/programs/<uuid:key_id>/end", programs.end, name="program-end"),
    path("account/codes/authenticate/", passkeys.SecondStep.as_view(), name="mfa_authenticate"),
    path("account/codes/set-up/", asks_again(views.SetUpCodes.as_view()), name="mfa_activate_totp"),
    path("account/passkeys/add/", asks_again(passkeys.Add.as_view()), name="passkey-add"),
    path("account/passkeys/<int:pk>/remove/", asks_again(passkeys.Remove.as_view()), name="passkey-remove"),
    path("account/passkeys/sign-in/", passkeys.SignIn.as_view(), name="passkey-sign-in"),
    path("account/codes/recovery/", asks_again(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/codes/recovery/new/", asks_again(recovery.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
]
