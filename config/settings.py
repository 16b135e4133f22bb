"""How this installation is set up, read from the environment; what is missing is said loudly."""

import logging
import socket
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import log
from config.environment import (
    DEVELOPMENT,
    address,
    env,
    env_flag,
    env_list,
    env_number,
    log_level,
    required,
    secret,
)

BASE_DIR = Path(__file__).resolve().parent.parent

# What kind of installation this is

DEBUG = DEVELOPMENT and env_flag("KURSMEDEL_DEBUG")

KURSMEDEL_URL = required("KURSMEDEL_URL", in_development="http://localhost:8000").rstrip("/")
address("KURSMEDEL_URL", KURSMEDEL_URL, "https", "http")
# The demo lets anyone sign in as anyone, and a held clock would date real decisions wrongly.
KURSMEDEL_DEMO = env_flag("KURSMEDEL_DEMO")
KURSMEDEL_TODAY = env("KURSMEDEL_TODAY")
# The place at which a test has the process killed; see applications/crash_points.py.
KURSMEDEL_CRASH_AT = env("KURSMEDEL_CRASH_AT")
if not DEVELOPMENT and (KURSMEDEL_DEMO or KURSMEDEL_TODAY or KURSMEDEL_CRASH_AT):
    raise ImproperlyConfigured(
        "KURSMEDEL_DEMO, KURSMEDEL_TODAY and KURSMEDEL_CRASH_AT are for development only."
    )
if KURSMEDEL_TODAY:
    datetime.fromisoformat(KURSMEDEL_TODAY)

SECRET_KEY = secret("SECRET_KEY")
# What they signed stays good as long as they stand here: sign-ins, and links in mails.
SECRET_KEY_FALLBACKS = env_list("SECRET_KEYS_OLD")
# Encrypts personal numbers at rest and keys the hash by which they are compared.
PERSON_KEY = secret("PERSON_KEY")
# The keys before it, as long as something may still be encrypted with them (manage.py rotate_keys).
PERSON_KEYS = [PERSON_KEY, *env_list("PERSON_KEYS_OLD")]
# The hash's key stays when the other changes: by default it is the PERSON_KEY of the first day.
PERSON_HASH_KEY = env("PERSON_HASH_KEY") or PERSON_KEY
if PERSON_KEYS[1:] and not env("PERSON_HASH_KEY"):
    raise ImproperlyConfigured(
        "Set PERSON_HASH_KEY to the first PERSON_KEY before you change that."
    )

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "*" if DEVELOPMENT else urlsplit(KURSMEDEL_URL).hostname)
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", KURSMEDEL_URL)

# What it is made of

INSTALLED_APPS = [
    "oversight",
    "decisions",
    "invoicing",
    "applications",
    "accounts",
    "schemes",
    "schemes.rfr",
    "schemes.fastlege",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_countries",
    "django_structlog",
    "js_lib_bootstrap5",
    "pgtrigger",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compressed.CompressedPages",
    # Outside of all that can fail: the pages about faults have the policy too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.request_log.RequestLog",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "database.reads.ReadsOnce",
    "accounts.middleware.SignedIn",
    "accounts.session_ends.SessionEnds",
    "accounts.kept.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.errors.OwnPages",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ProfileLanguage",
    "accounts.middleware.SecondFactor",
    "accounts.session_ends.RecentSignIn",
    "accounts.limits.Limits",
    "accounts.once.Once",
    "accounts.read_only.LookingChangesNothing",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "django.template.context_processors.i18n",
    "accounts.context_processors.person",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": CONTEXT_PROCESSORS,
            "builtins": ["accounts.templatetags.form_key"],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["bootstrap5"]
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Where things are kept

DATABASE_URL = required("DATABASE_URL", in_development="postgres:///kursmedel")
address("DATABASE_URL", DATABASE_URL, "postgres", "postgresql")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_health_checks=True)}
DATABASE_OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
# Each process keeps this many connections open at most; 0 opens and closes one per request. A server
# that is gone is tried again with every request (psycopg's own pause would grow to minutes), and
# within these seconds a restart is not noticed at all.
if DATABASE_POOL := env_number("DATABASE_POOL", 10):
    DATABASE_OPTIONS["pool"] = {"min_size": 1, "max_size": DATABASE_POOL}
    DATABASE_OPTIONS["pool"] |= {"timeout": 2, "reconnect_timeout": 2}
# Values travel beside a statement and not in it. So it stays the same, and what every page asks PostgreSQL
# keeps parsed and planned once a connection has asked it so often (database.prepared). 0: never, for a pooler
# between that hands connections about.
DATABASE_OPTIONS["server_side_binding"] = True
DATABASE_PREPARE = env_number("DATABASE_PREPARE", 5)

REDIS_URL = required("REDIS_URL", in_development="redis://localhost:6379/0")
address("REDIS_URL", REDIS_URL, "redis", "rediss", "unix")

# Counts failed sign-ins across processes; in the database, so that a lost Redis locks nobody out.
DATABASE_CACHE = "django.core.cache.backends.db.DatabaseCache"
CACHES = {"default": {"BACKEND": DATABASE_CACHE, "LOCATION": "cache"}}

MEDIA_ROOT = Path(env("MEDIA_ROOT") or BASE_DIR / ".data" / "media")
STATIC_ROOT = Path(env("STATIC_ROOT") or BASE_DIR / "staticfiles")
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.stylesheet.StylesheetFinder",
]
FILE_UPLOAD_HANDLERS = [
    "applications.uploading.Limited",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# What a form may hold besides files: three times our longest one with every field full of letters like å.
# What somebody types is kept as it is, so this bounds what each step of an application stores.
DATA_UPLOAD_MAX_MEMORY_SIZE = 500_000
# ClamAV's clamd, as tcp://host:3310 or unix:///run/clamav/clamd.ctl; without it nothing is scanned.
CLAMD_URL = address("CLAMD_URL", env("CLAMD_URL"), "tcp", "unix")

# Nobody else on the machine reads what was uploaded; styles and scripts are for whoever serves them.
FILES_ON_DISK = {
    "BACKEND": "config.storage.DurableFiles",
    "OPTIONS": {"file_permissions_mode": 0o640},
}
FILES_IN_S3 = {
    "BACKEND": "config.bucket.FilesInBucket",
    "OPTIONS": {
        "bucket_name": env("S3_BUCKET"),
        "endpoint_url": address("S3_ENDPOINT", env("S3_ENDPOINT"), "https", "http") or None,
        "region_name": env("S3_REGION") or None,
    },
}
PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
HASHED = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
STORAGES = {
    "default": FILES_IN_S3 if env("S3_BUCKET") else FILES_ON_DISK,
    "staticfiles": PLAIN if DEVELOPMENT else HASHED,
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT

# Who comes in

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.who.SignsIn",
    "accounts.backends.MandateBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
CHECKS = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": CHECKS + "CommonPasswordValidator"},
    {"NAME": "accounts.passwords.NotGuessedSoon"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.SignIn",
    "signup": "accounts.sign_in_forms.SignUp",
    "add_email": "accounts.sign_in_forms.AddEmail",
    "change_password": "accounts.sign_in_forms.ChangePassword",
    "set_password": "accounts.sign_in_forms.SetPassword",
    "reset_password": "accounts.sign_in_forms.ResetPassword",
    "reset_password_from_key": "accounts.sign_in_forms.NewPassword",
    "reauthenticate": "accounts.sign_in_forms.PasswordAgain",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser in which one signed up, no other
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(KURSMEDEL_URL).scheme
MFA_ADAPTER = "accounts.adapters.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.sign_in_forms.Code",
    "reauthenticate": "accounts.sign_in_forms.CodeAgain",
    "activate_totp": "accounts.sign_in_forms.FirstCode",
    "login_webauthn": "accounts.sign_in_forms.Passkey",
    "authenticate_webauthn": "accounts.sign_in_forms.KeyAsFactor",
    "reauthenticate_webauthn": "accounts.sign_in_forms.KeyAgain",
    "add_webauthn": "accounts.sign_in_forms.NewKey",
    "edit_webauthn": "accounts.sign_in_forms.NameOfKey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Kursmedel"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEVELOPMENT

# Whoever has a mandate needs a second factor; here the office asks it of everybody.
APPLICANTS_NEED_SECOND_FACTOR = env_flag("APPLICANTS_NEED_SECOND_FACTOR")

# One provider such as SITHS or HelseID; the claims say where it keeps what we need.
OIDC_ISSUER = address("OIDC_ISSUER", env("OIDC_ISSUER"), "https", "http")
OIDC_CLAIMS = {
    "name": env("OIDC_CLAIM_NAME", "name"),
    "email": env("OIDC_CLAIM_EMAIL", "email"),
    "hsa_id": env("OIDC_CLAIM_HSA_ID", "employeeHsaId"),
    "specialty": env("OIDC_CLAIM_SPECIALTY", "specialty"),
}
OIDC_APP = {
    "provider_id": "oidc",
    "name": env("OIDC_NAME", "SITHS"),
    "client_id": env("OIDC_CLIENT_ID"),
    "secret": env("OIDC_CLIENT_SECRET"),
    "settings": {"server_url": OIDC_ISSUER, "oauth_pkce_enabled": True},
}
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAdapter"
# The same address does not open an account: its owner signs in to it, and connects the provider there.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [OIDC_APP] if OIDC_ISSUER else [],
        "provider_class": "accounts.openid.Provider",
    }
}

# A sign-in ends when it was left alone for an hour, and after a long day's work at the latest. Who signs a
# decision or releases payments shows after some hours that it is still they.
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = env_number("SIGN_IN_HOURS", 12, least=1) * 60 * 60
SESSION_IDLE_SECONDS = env_number("SIGN_IN_IDLE_MINUTES", 60, least=1) * 60
SIGN_AGAIN_SECONDS = env_number("SIGN_AGAIN_HOURS", 4, least=1) * 60 * 60
# What changes how one signs in (address, password, factor, provider) asks again after a quarter of an hour.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# The prefix binds a cookie to this host and to HTTPS: no neighbour under the same domain can set it.
COOKIE_PREFIX = "" if DEVELOPMENT else "__Host-"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = COOKIE_PREFIX + "sessionid", COOKIE_PREFIX + "csrftoken"
LANGUAGE_COOKIE_NAME = COOKIE_PREFIX + "django_language"
MESSAGE_STORAGE = "config.messages.Messages"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
CSRF_FAILURE_VIEW = "accounts.kept.not_ours"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEVELOPMENT
SECURE_SSL_REDIRECT = not DEVELOPMENT
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Failed sign-ins are counted by address: behind this many proxies of ours it is theirs to tell.
ALLAUTH_TRUSTED_PROXY_COUNT = env_number("TRUSTED_PROXIES", 0 if DEVELOPMENT else 1)
# How often, from one address or by one person; the library has such limits for signing in and up.
RATE_LIMITS = {"head_link": "60/10m/ip", "upload": "120/10m/user", "upload_unknown": "20/10m/ip"}
LIMITED_ADDRESSES = {"applications:head": "head_link"}
SECURE_HSTS_SECONDS = 0 if DEVELOPMENT else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEVELOPMENT
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Browsers hold the redirect after "sign in with …" against this list too.
        "form-action": [SELF, *env_list("OIDC_ORIGINS", OIDC_ISSUER)],
    }
}

# Language and time

LANGUAGES = [("sv", _("Swedish")), ("nb", _("Norwegian")), ("en", _("English"))]
LANGUAGE_CODE = "sv"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True

# Mail, written as smtp://user:password@host:port, or smtps:// for TLS from the start

MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
EMAIL_URL = required("EMAIL_URL", in_development="smtp://localhost:1025")
MAIL = urlsplit(address("EMAIL_URL", EMAIL_URL, *MAIL_PORTS))
EMAIL_HOST, EMAIL_PORT = MAIL.hostname, MAIL.port or MAIL_PORTS[MAIL.scheme]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(MAIL.username or ""), unquote(MAIL.password or "")
EMAIL_USE_SSL = MAIL.scheme == "smtps"
EMAIL_USE_TLS = MAIL.scheme == "smtp+tls"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("MAIL_FROM", "Kursmedel <noreply@kursmedel.example>")
# The folder in which the development mail server keeps what was sent; the demo inbox shows it.
MAILDIR = Path(env("MAILDIR") or BASE_DIR / ".data" / "mail")

# The worker

# Who nudges it loads it then: few commands and pages do.
WORKER = "config.celery.app"
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A task that needs longer than this says so itself, where it is defined.
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 30, 45
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# WeasyPrint never gives back a little of what each paper takes (docs/performance.md), and whatever reads
# a large file keeps room for it: a process of the worker ends after so many tasks, or above so many
# kilobytes, when it is done with one. The next has everything loaded already.
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1_000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long the broker is gone, the worker waits for it.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# With the broker down a nudge is given up within a second, with one that does not answer within two;
# the sweep finds the row later.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 1, "visibility_timeout": 300}
CELERY_BROKER_TRANSPORT_OPTIONS |= {"socket_timeout": 2, "socket_keepalive": True}
# Milliseconds after which a connection whose other end is gone without a word breaks (Linux).
if USER_TIMEOUT := getattr(socket, "TCP_USER_TIMEOUT", None):
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"socket_keepalive_options": {USER_TIMEOUT: 20_000}}
CELERY_BROKER_TRANSPORT_OPTIONS |= {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_TIMEZONE = TIME_ZONE
# How often the sweeps look for undone rows, and how long a worker that took one may be silent: longer
# than a task may run. A row whose worker is killed three times over is still done within five minutes.
SWEEP_SECONDS = env_number("SWEEP_SECONDS", 15, least=1)
LEASE_SECONDS = env_number("LEASE_SECONDS", 60, least=1)
# How often the worker must prove that it works, and after how long without proof it counts as deaf.
CANARY_SECONDS = env_number("CANARY_SECONDS", 60, least=1)
CANARY_SILENT_SECONDS = 5 * CANARY_SECONDS

# What the office fills in: the letter leaves these open

# Where the published head of the chain of hashes goes every night, outside the database's reach.
HEAD_MAILBOX = env("HEAD_MAILBOX")
FINANCE_MAILBOX = env("FINANCE_MAILBOX")
INVOICE_CONTACT_NAME = env("INVOICE_CONTACT_NAME")
INVOICE_CONTACT_PHONE = env("INVOICE_CONTACT_PHONE")
INVOICE_CONTACT_EMAIL = env("INVOICE_CONTACT_EMAIL")
REVIEW_TEXT = env(
    "REVIEW_TEXT",
    "Om du inte är nöjd med beslutet kan du begära att det prövas på nytt. Skriv till kansliet inom "
    "tre veckor från den dag då du fick beslutet. Ange ärendets nummer, vad du vill ska ändras och "
    "varför.",
)

# The log

LOGGING = log.configuration(for_people=DEVELOPMENT, level=log_level())
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
