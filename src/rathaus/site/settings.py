"""The one settings module. What an operator may set comes from the environment: docs/reference/settings.md."""

from __future__ import annotations

import os
from pathlib import Path

from rathaus.site import environment
from rathaus.site.environment import Environment

ENV = Environment(os.environ)
BASE_DIR = Path(__file__).resolve().parents[3]

# Where things lie
PRODUCTION = ENV.flag("RATHAUS_PRODUCTION")
DATA_DIR = ENV.path("RATHAUS_DATA_DIR", BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)
BLOB_DIR = ENV.path("RATHAUS_BLOB_DIR", DATA_DIR / "blobs")
AUDIT_HEAD_DIR = ENV.path("RATHAUS_AUDIT_HEAD_DIR", DATA_DIR / "audit-heads")
AUDIT_HEAD_MAIL = ENV.text("RATHAUS_AUDIT_HEAD_MAIL")
BLUEPRINT_DIR = ENV.path("RATHAUS_BLUEPRINT_DIR", BASE_DIR / "blueprints")
BLOB_URL = ENV.text("RATHAUS_BLOB_URL")

# Secrets
SECRET_KEY = ENV.key("RATHAUS_SECRET_KEY", file=DATA_DIR / "keys/secret_key", generate=not PRODUCTION).hex()
BLOB_KEY = ENV.key("RATHAUS_BLOB_KEY", file=DATA_DIR / "keys/blob_key", generate=not PRODUCTION)
BLOB_KEYS_OLD = [
    environment.decode_key("RATHAUS_BLOB_KEYS_OLD", key) for key in ENV.words("RATHAUS_BLOB_KEYS_OLD")
]

# The town
RATHAUS_STATE = ENV.choice(
    "RATHAUS_STATE",
    ("BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"),
    "HE",
)

# Web
DEBUG = False
ALLOWED_HOSTS = ENV.words("RATHAUS_HOSTS", "" if PRODUCTION else "*")
RATHAUS_PUBLIC_URL = ENV.text("RATHAUS_PUBLIC_URL", "http://localhost:8000").rstrip("/")
TLS = ENV.flag("RATHAUS_TLS", PRODUCTION)
BEHIND_PROXY = ENV.flag("RATHAUS_BEHIND_PROXY")
CSRF_TRUSTED_ORIGINS = ENV.words("RATHAUS_TRUSTED_ORIGINS")
ROOT_URLCONF = "rathaus.site.urls"
WSGI_APPLICATION = "rathaus.site.wsgi.application"
INSTALLED_APPS = [
    "rathaus.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_tasks",
    "rathaus.kernel",
    "rathaus.identity",
    "rathaus.ui",
    "rathaus.engines.records",
    "rathaus.engines.forms",
    "rathaus.engines.processes",
    "rathaus.engines.correspondence",
    "rathaus.blueprints",
    "rathaus.intake",
    "rathaus.casework",
    "rathaus.portal",
    "rathaus.operations",
    "rathaus.modules.demo",
    "rathaus.adapters.demo_eid",
    "rathaus.adapters.s3",
    "rathaus.adapters.clamd",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "rathaus.operations.requests.RequestLogMiddleware",  # around everything: one number and one line a request
    "rathaus.ui.middleware.SecurityHeadersMiddleware",  # first: also what the next ones answer bears its headers
    "rathaus.operations.probes.ProbesMiddleware",  # health is asked by address and without TLS
    "rathaus.ui.body_limit.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "rathaus.ui.middleware.CrossSiteMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "rathaus.identity.middleware.ActorMiddleware",
    "rathaus.identity.throttle.ThrottleMiddleware",
    "rathaus.ui.middleware.RefuseNulMiddleware",
    "rathaus.operations.holding_back.MaintenanceMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "rathaus.ui.context.page",
                "rathaus.operations.holding_back.notice",
            ]
        },
    }
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 50
FILE_UPLOAD_TEMP_DIR = None
MAX_REQUEST_MB = ENV.number("RATHAUS_MAX_REQUEST_MB", 110)
# Virus scan: without a scanner files are handed out at once, unless the town will not have that
CLAMD = ENV.text("RATHAUS_CLAMD")
SERVE_UNSCANNED = ENV.flag("RATHAUS_SERVE_UNSCANNED", True)

# Database, cache, jobs
DATABASES = {
    "default": environment.database(
        ENV.text("RATHAUS_DATABASE_URL", f"sqlite://{DATA_DIR / 'rathaus.sqlite3'}")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # What is counted together (attempts, limits): in the database, atomic, the same for all processes and machines.
    "default": {"BACKEND": "rathaus.kernel.cache.SharedCache"},
    # What only saves work: each machine may have its own.
    "pages": {
        "BACKEND": "rathaus.kernel.cache.ForgivingFileCache",
        "LOCATION": ENV.path("RATHAUS_CACHE_DIR", DATA_DIR / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
}
JOBS = ENV.choice("RATHAUS_JOBS", ("database", "procrastinate"), "database")
INSTALLED_APPS += environment.job_apps(JOBS, DATABASES["default"]["ENGINE"])
TASKS = {"default": {"BACKEND": "rathaus.kernel.jobs.backend.DatabaseBackend", "QUEUES": []}}

# Language and time
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

# Static files: hashed names where they have been collected, the sources elsewhere
STATIC_URL = "/static/"
STATIC_ROOT = ENV.path("RATHAUS_STATIC_DIR", BASE_DIR / "build/static")
STATIC_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
WHITENOISE_AUTOREFRESH = not STATIC_COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "rathaus.site.statics.HashedStorage"},
}

# Safety of the connection and of sessions
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = ENV.number("RATHAUS_HSTS_SECONDS", 31_536_000 if TLS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_REFERRER_POLICY = "same-origin"
# Over TLS cookies bear the prefix with which browsers refuse them from any other host or without TLS.
COOKIE_PREFIX = "__Host-" if TLS else ""
SESSION_ENGINE = "rathaus.identity.session_store"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_SECURE = TLS
SESSION_IDLE_SECONDS = ENV.number("RATHAUS_SESSION_IDLE_MINUTES", 60) * 60
SESSION_COOKIE_AGE = ENV.number("RATHAUS_SESSION_HOURS", 10) * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "rathaus.ui.web.views.csrf_failure"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
LANGUAGE_COOKIE_SECURE = TLS
LANGUAGE_COOKIE_HTTPONLY = True
DEVICE_COOKIE_NAME = f"{COOKIE_PREFIX}device"
MESSAGE_STORAGE = "rathaus.ui.messages.MessageStorage"

# Accounts
AUTH_USER_MODEL = "identity.UserAccount"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "rathaus.identity.passwords.GuessableValidator"},
    {"NAME": "rathaus.identity.passwords.BreachedValidator"},
]
BREACHED_PASSWORDS = ENV.existing_file("RATHAUS_BREACHED_PASSWORDS")
STAFF_SECOND_FACTOR = ENV.flag("RATHAUS_STAFF_SECOND_FACTOR", PRODUCTION)
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "rathaus.identity.allauth_adapter.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "rathaus.identity.web.forms.SignupForm"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "login_failed_account": "60/h/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
    "change_password": "5/m/user",
    "confirm_email": "1/3m/key",
    "reauthenticate": "10/m/user",
}
# Requests a minute, from one person or place to one web process. Behind one address may sit a whole school.
THROTTLE = ENV.flag("RATHAUS_THROTTLE", PRODUCTION)
THROTTLES = {
    "GET portal:search": 600,
    "GET casework:search": 300,
    "GET api:list_services": 600,
    "GET api:get_service": 600,
    "POST api:create_application": 600,
    "POST portal:apply": 600,
    "POST portal:page": 1200,
    "POST portal:send": 600,
    "POST casework:begin_entry": 300,
    "POST identity:eid_start": 300,
}
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.number("RATHAUS_PROXY_COUNT", 1 if BEHIND_PROXY else 0)
MFA_ADAPTER = "rathaus.identity.allauth_adapter.MfaAdapter"
MFA_FORMS = {
    "login_webauthn": "rathaus.identity.web.key_forms.LoginWebAuthnForm",
    "authenticate_webauthn": "rathaus.identity.web.key_forms.AuthenticateWebAuthnForm",
    "reauthenticate_webauthn": "rathaus.identity.web.key_forms.ReauthenticateWebAuthnForm",
    "add_webauthn": "rathaus.identity.web.key_forms.AddWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Rathaus"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS
DEMO_IDENTITY = ENV.flag("RATHAUS_DEMO_IDENTITY", not PRODUCTION)

# E-mail
_email = environment.email(ENV.text("RATHAUS_EMAIL_URL", f"file://{DATA_DIR / 'mail'}"))
EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_FILE_PATH = _email.get("EMAIL_FILE_PATH")
EMAIL_HOST = _email.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _email.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = _email.get("EMAIL_TIMEOUT")
DEFAULT_FROM_EMAIL = ENV.text("RATHAUS_EMAIL_FROM", "rathaus@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Running
WEB_PORT = ENV.number("RATHAUS_PORT", 8000)
WEB_ADDRESS = ENV.text("RATHAUS_ADDRESS", "127.0.0.1")
WEB_WORKERS = ENV.number("RATHAUS_WEB_WORKERS", 2)
WEB_THREADS = ENV.number("RATHAUS_WEB_THREADS", 4)
DRAIN_SECONDS = ENV.number("RATHAUS_DRAIN_SECONDS", 0)
MIN_FREE_MB = ENV.number("RATHAUS_MIN_FREE_MB", 200)

# Metrics: for whoever knows the token or comes from one of the networks; nobody where neither is set
METRICS_TOKEN = ENV.text("RATHAUS_METRICS_TOKEN")
METRICS_ALLOW = ENV.networks("RATHAUS_METRICS_ALLOW")

# Logs: one line an event, keys and values, no personal data
LOG_FORMAT = ENV.choice("RATHAUS_LOG_FORMAT", ("pairs", "json"), "pairs")
LOG_LEVEL = ENV.choice("RATHAUS_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "pairs": {"()": "rathaus.site.logs.PairFormatter"},
        "json": {"()": "rathaus.site.logs.JsonFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "rathaus": {"level": LOG_LEVEL},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},  # what was refused stands in the line of the request
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
    },
}
