"""Django's settings. Reading them starts nothing: the database may not run yet."""

from __future__ import annotations

import os
from pathlib import Path

from safekept.config import database
from safekept.entrance.organisations import listed

PACKAGE = Path(__file__).resolve().parent.parent


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}


def _secret_key() -> str:
    kept = database.stored_credentials()
    return os.environ.get("SAFEKEPT_SECRET_KEY") or (kept.secret_key if kept else "before-the-first-start-only")


DEMO = _flag("SAFEKEPT_DEMO")
DEBUG = False
SECRET_KEY = _secret_key()
ALLOWED_HOSTS = [host for host in os.environ.get("SAFEKEPT_HOSTS", "").split(",") if host] or [
    "localhost",
    "127.0.0.1",
    "[::1]",
]
LOOPBACK = set(ALLOWED_HOSTS) <= {"localhost", "127.0.0.1", "[::1]", "testserver"}
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if not LOOPBACK]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "safekept.govuk",
    "safekept.directory",
    "safekept.access",
    "safekept.register",
    "safekept.record",
    "safekept.vault",
    "safekept.attachments",
    "safekept.proof",
    "safekept.entrance",
    "safekept.casework",
    "safekept.documents",
    "safekept.guardian",
    "safekept.handbook",
]

DATABASES = database.django_databases()
DATABASE_ROUTERS = ["safekept.config.routers.RoleRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "directory.Account"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
# Styles and scripts are few and come with the package: they are served from where they are, with nothing to collect.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 600

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "safekept.access.edge.Edge",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "safekept.entrance.gate.ProgramGate",
    "safekept.entrance.sessions.SessionLimits",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "safekept.entrance.sessions.SecondStep",
    "safekept.access.middleware.ViewerMiddleware",
]
ROOT_URLCONF = "safekept.config.urls"
WSGI_APPLICATION = "safekept.config.wsgi.application"

TEMPLATES = [
    {
        "NAME": "pages",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "safekept.govuk.jinja.environment",
            "context_processors": ["safekept.govuk.context.frame"],
        },
    },
    {
        # Only for the short messages of allauth and Django's own forms; pages are Jinja2.
        "NAME": "messages",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

AUTHENTICATION_BACKENDS = ["safekept.entrance.recognising.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/work"
LOGOUT_REDIRECT_URL = "/account/login/"

ACCOUNT_ADAPTER = "safekept.entrance.accounts.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# Guessing is slowed down by safekept.entrance.throttling, which keeps nobody out for what others try.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "", "reauthenticate": ""}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _flag("SAFEKEPT_BEHIND_PROXY") else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_ADAPTER = "safekept.entrance.passkeys.Adapter"
MFA_FORMS = {
    "authenticate": "safekept.entrance.codes.CodeForm",
    "add_webauthn": "safekept.entrance.passkeys.AddForm",
    "login_webauthn": "safekept.entrance.passkeys.SignInForm",
    "authenticate_webauthn": "safekept.entrance.passkeys.SecondStepForm",
}
# A passkey asks for a finger, a face or a PIN each time: it is both steps in one. Nothing in it can be guessed.
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RATE_LIMITS = {"webauthn_login": ""}
MFA_TOTP_ISSUER = "Safekept"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True

# Whose people may sign in through their own organisation: docs/how-to/sign-in.md.
ORGANISATIONS = listed.load(Path(os.environ["SAFEKEPT_SIGN_IN"])) if os.environ.get("SAFEKEPT_SIGN_IN") else ()

SESSION_ENGINE = "safekept.entrance.recognising"
SESSION_IDLE_SECONDS = 15 * 60
SESSION_LONGEST_SECONDS = 12 * 3600
PROOF_SECONDS = 15 * 60
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not LOOPBACK
SECURE_HSTS_SECONDS = 0 if LOOPBACK else 31_536_000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("SAFEKEPT_BEHIND_PROXY") else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A file that is sent stays in memory, and one of more than this many bytes is not taken, save where files are attached
# to the record: nothing is put on a disk.
FILE_UPLOAD_HANDLERS = ["safekept.attachments.receiving.InMemory"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", "https://www.bbc.co.uk"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "config_cache"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"one_line": {"()": "safekept.access.edge.OneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["one_line"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS = ["models.W042"]
