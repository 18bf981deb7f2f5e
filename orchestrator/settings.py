"""Settings of the project. The environment is read here, once."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from orchestrator.artifacts.stores import store
from orchestrator.headers import A_YEAR_S
from orchestrator.production import refusals
from orchestrator.wiring import CHORES, KEY_PURPOSES, REQUEST_KINDS, RESEALED, SUBSCRIBERS, SWEEPS  # noqa: F401

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

BAND_COLOURS = ("green", "blue", "orange", "red", "violet")
ENVIRONMENT = env.str("ENVIRONMENT", "local")
if ENVIRONMENT not in {"local", "development", "production"}:
    raise ImproperlyConfigured(f"ENVIRONMENT is {ENVIRONMENT!r}; use local, development or production.")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = ENVIRONMENT == "development"
# `Test:orange`: a name and a colour above every page, so that nobody takes one installation for another.
_name, _, _colour = env.str("ENVIRONMENT_BAND", "").rpartition(":")
if _colour and (not _name or _colour not in BAND_COLOURS):
    raise ImproperlyConfigured(f"ENVIRONMENT_BAND is a name, a colon and one of {', '.join(BAND_COLOURS)}.")
ENVIRONMENT_BAND = {"name": _name, "colour": _colour} if _colour else None

DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data"))).resolve()
PORT = env.int("PORT", 8000)
PUBLIC_URL = env.str("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")


def _kept_secret(name: str) -> str:
    """A secret of this data folder, made once, readable by its owner only."""
    path = DATA_DIR / "keys" / name
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def _services() -> dict[str, str]:
    """Addresses of the embedded database and broker, written by the supervisor of `manage.py up`."""
    path = DATA_DIR / "run" / "services.json"
    return json.loads(path.read_text()) if path.exists() else {}


SECRET_KEY = env.str("SECRET_KEY", "") or ("" if PRODUCTION else _kept_secret("django"))
FIELD_KEYS = env.str("FIELD_KEYS", "")
DATABASE_URL = env.str("DATABASE_URL", "") or _services().get("database_url", "")
RUNNING = bool(DATABASE_URL)
"""False: neither named in the environment nor started by `manage.py up`; what needs the database says so."""
REDIS_URL = env.str("REDIS_URL", "") or _services().get("redis_url", "redis://127.0.0.1:1/0")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if not PRODUCTION else [])
# Whose word about the sender of a request (X-Forwarded-For) is taken: addresses or networks, separated by commas.
TRUSTED_PROXIES = env.str("TRUSTED_PROXIES", "")
EMAIL_URL = env.str("EMAIL_URL", "")
MAIL_FROM = DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "Tutti <tutti@localhost>")
if EMAIL_URL:
    vars().update(env.email_url_config(EMAIL_URL))
else:
    # Mails of the system itself (resets, invitations); what workflows send goes to the outbox.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mails"

if PRODUCTION and (_refused := refusals(os.environ)):
    raise ImproperlyConfigured("This installation does not start:\n- " + "\n- ".join(_refused))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "django_filters",
    "django_vite",
    "channels",
    "orchestrator.governance",
    "orchestrator.artifacts",
    "orchestrator.assets",
    "builder",
    "orchestrator.runs",
    "orchestrator.triggers",
    "orchestrator.operations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "orchestrator.api.addresses.plain_addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "orchestrator.governance.library_doors.LibraryDoors",
]

ROOT_URLCONF = "orchestrator.urls"
ASGI_APPLICATION = "orchestrator.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]

DATABASE_POOL = env.int("DATABASE_POOL", 16)  # in the web process also the number of its threads
_database = env.db_url_config(DATABASE_URL or "postgres://nobody@127.0.0.1:1/nothing")
DATABASES = {
    "default": {
        **_database,
        "ENGINE": "orchestrator.postgres",
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            # Only prepared statements ask: those of the hot path are always planned alike, so once is enough.
            "options": "-c plan_cache_mode=force_generic_plan",
            **_database.get("OPTIONS", {}),
            **({"pool": {"min_size": 1, "max_size": DATABASE_POOL, "timeout": 10}} if RUNNING else {}),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
    }
}
CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
}

AUTH_USER_MODEL = "governance.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "orchestrator.governance.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # whoever finds a screen left open does not change how its owner signs in
MFA_ADAPTER = "orchestrator.governance.second_factors.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Tutti"
MFA_TOTP_TOLERANCE = 1  # clocks of phones are up to half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up by themselves, so no address is somebody else's
USERSESSIONS_ADAPTER = "orchestrator.governance.accounts.SessionsAdapter"

# The organisation's own sign-in. Whom it vouches for comes into the installation, so it is set here by whoever runs
# that, not by an administrator of one workspace; what its groups may do is a setting of each workspace.
OIDC_ISSUER = env.str("OIDC_ISSUER", "").rstrip("/")
OIDC_NAME = env.str("OIDC_NAME", "company account")
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", "groups")
OIDC_ID = "company"
SOCIALACCOUNT_ADAPTER = "orchestrator.governance.identity_provider.CompanyAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # by an address that the provider has verified
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {}
if OIDC_ISSUER:
    if PRODUCTION and not OIDC_ISSUER.startswith("https://"):
        raise ImproperlyConfigured("Production needs an https OIDC_ISSUER.")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "SCOPE": env.list("OIDC_SCOPES", default=["openid", "profile", "email"]),
        "APPS": [
            {
                "provider_id": OIDC_ID,
                "name": OIDC_NAME,
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }

HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{PUBLIC_URL}/sign-in",
    "account_reset_password": f"{PUBLIC_URL}/forgotten",
    "account_reset_password_from_key": f"{PUBLIC_URL}/reset#{{key}}",
    "account_signup": f"{PUBLIC_URL}/sign-in",
    "socialaccount_login_error": f"{PUBLIC_URL}/sign-in",
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = A_YEAR_S
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        "connect-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}

if DEBUG:
    VITE = "http://localhost:5173"
    CONTENT_SECURITY_POLICY["DIRECTIVES"] |= {
        "script-src": [SELF, NONCE, VITE],
        "style-src": [SELF, NONCE, VITE],
        "connect-src": [SELF, VITE, "ws://localhost:5173"],
    }

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "orchestrator.governance.authentication.Token",
        "orchestrator.governance.authentication.Session",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["orchestrator.governance.permissions.RoutePermission"],
    "EXCEPTION_HANDLER": "orchestrator.governance.denials.answer",
    "DEFAULT_RENDERER_CLASSES": ["orchestrator.api.rendering.Json"],
    "DEFAULT_PARSER_CLASSES": ["orchestrator.api.bodies.Json"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is a parameter like any other
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Tutti",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "AUTHENTICATION_WHITELIST": [],
    # Pages come by their session; what is described is how programs come in.
    "SECURITY": [{"token": []}],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "An access token, `tutti_…`: of a person or of a service account, for one workspace.",
            }
        }
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "orchestrator.api.examples.add_examples",
    ],
    "ENUM_NAME_OVERRIDES": {
        "Verb": "orchestrator.governance.serializers.VERB_NAMES",
        "Level": "orchestrator.governance.serializers.LEVELS",
        "AssetLevel": "orchestrator.assets.serializers.LEVELS",
        "RunStatus": "orchestrator.runs.serializers.STATUSES",
        "HowStarted": "orchestrator.runs.serializers.HOWS",
        "ChildKind": "orchestrator.runs.serializers.CHILD_KINDS",
        "StepStatus": "orchestrator.runs.serializers.STEP_STATUSES",
        "EventKind": "orchestrator.runs.serializers.EVENT_KINDS",
        "ErrorCategory": "orchestrator.runs.serializers.ERROR_CATEGORIES",
        "TemplateCategory": "builder.template.Category",
        "TaskAnswer": "orchestrator.runs.task_serializers.ANSWERS",
        "TaskDecision": "orchestrator.runs.task_serializers.DECISIONS",
        "TaskState": "orchestrator.runs.human_tasks.TaskState",
        "TaskKind": "orchestrator.runs.human_tasks.TaskKind",
        "TaskHappening": "orchestrator.runs.task_serializers.HAPPENINGS",
        "TaskQuestionType": "orchestrator.runs.task_serializers.QUESTION_TYPES",
        "OneDecision": "orchestrator.runs.task_serializers.ONE_DECISION",
        "MailState": "orchestrator.runs.models.OutgoingMail.State",
        "WorkflowStatus": "builder.models.Status",
        "CredentialKind": "orchestrator.governance.models.CredentialKind",
        "PersonalData": "orchestrator.governance.redaction.KINDS",
        "Outside": "orchestrator.governance.models.Outside",
        "InvitationState": "orchestrator.governance.models.InvitationState",
        "ActorKind": "orchestrator.governance.serializers.ACTOR_KINDS",
        "AssetKind": "orchestrator.assets.models.Kind",
        "AssetTask": "orchestrator.assets.serializers.TASKS",
        # Of trainings, too: they have the same states.
        "EvaluationState": "orchestrator.assets.evaluations.EvaluationState",
        "TrialHow": "orchestrator.assets.replacement_serializers.HOWS",
        "ReplacementState": "orchestrator.assets.replacements.ReplacementState",
        "RequestState": "orchestrator.governance.models.RequestState",
        "ToolEffect": "orchestrator.assets.tool_serializers.EFFECTS",
        "ToolApproval": "orchestrator.assets.tool_serializers.APPROVALS",
        "TokenState": "orchestrator.governance.models.TokenState",
        "RequestKind": "orchestrator.governance.request_serializers.KINDS",
        "PublishingRule": "builder.publishing_serializers.RULES",
        "TokenScope": "orchestrator.governance.token_serializers.SCOPES",
        "AlertKind": "orchestrator.assets.watches.AlertKind",
        "NodeKind": "builder.serializers.NODE_KINDS",
        "OccurrenceState": "orchestrator.triggers.models.OccurrenceState",
        "StartKind": "orchestrator.triggers.serializers.START_KINDS",
        "StartState": "orchestrator.triggers.serializers.START_STATES",
        "OutsideKind": "orchestrator.runs.outside_calls.OutsideKind",
        "MissingReason": "orchestrator.runs.manifest_views.MISSING",
        "BudgetPeriod": "orchestrator.assets.models.Period",
        "AtLimit": "orchestrator.assets.models.AtLimit",
        "Role": "orchestrator.governance.access_serializers.ROLES",
        "DeniedVerb": "orchestrator.governance.access_serializers.DENIED_VERBS",
        "VerbOfThing": "orchestrator.governance.access_serializers.DENIED_ON",
        "MachineRole": "orchestrator.governance.access_serializers.MACHINE_ROLES",
    },
}

CELERY_BROKER_URL = REDIS_URL
LEASE_SECONDS = env.float("LEASE_SECONDS", 30.0)
SWEEP_SECONDS = env.float("SWEEP_SECONDS", 1.0)
# So often are models looked at: whether they drift, err, or people stop agreeing with them.
WATCH_SECONDS = env.float("WATCH_SECONDS", 600.0)
# Programs of this machine that offer tools by the Model Context Protocol, {name: [command, argument …]}. Whoever may
# add tools can have them started, and they can do what this process can.
MCP_PROGRAMS: dict[str, list[str]] = env.json("MCP_PROGRAMS", {})
# So often is looked for data of runs that is to be deleted or blacked out.
CLEAR_SECONDS = env.float("CLEAR_SECONDS", 5.0)
# So long may the trainings of one workspace take together in a day.
TRAINING_MINUTES_A_DAY = env.int("TRAINING_MINUTES_A_DAY", 240)
# A folder in which a backup is written every so many hours; the newest of them are kept. Empty: none.
BACKUP_DIR = Path(env.str("BACKUP_DIR")).resolve() if env.str("BACKUP_DIR", "") else None
BACKUP_HOURS = env.int("BACKUP_HOURS", 24)
BACKUP_KEEP = env.int("BACKUP_KEEP", 7)
BACKUP_PASSPHRASE = env.str("BACKUP_PASSPHRASE", "")
if BACKUP_PASSPHRASE and len(BACKUP_PASSPHRASE) < 16:
    raise ImproperlyConfigured("BACKUP_PASSPHRASE has 16 characters or more: whoever finds a backup can try them all.")
if BACKUP_DIR and (not BACKUP_DIR.is_dir() or BACKUP_HOURS < 1 or BACKUP_KEEP < 1):
    raise ImproperlyConfigured("BACKUP_DIR is a folder that exists; BACKUP_HOURS and BACKUP_KEEP are 1 or more.")
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
DJANGO_VITE = {
    "default": {
        "dev_mode": DEBUG,
        "dev_server_port": 5173,
        "manifest_path": BASE_DIR / "static" / "build" / "manifest.json",
        "static_url_prefix": "build",
    }
}
# Where signed checkpoints of the trail are written: `file:///mnt/elsewhere` or a bucket, as for files. A place that
# whoever administers the database cannot change makes it evident when the newest events were cut off.
CHECKPOINTS_URL = env.str("CHECKPOINTS_URL", "")
CHECKPOINT_SECONDS = env.float("CHECKPOINT_SECONDS", 600.0)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "artifacts": store(env.str("ARTIFACTS_URL", ""), DATA_DIR / "artifacts"),
    "checkpoints": store(CHECKPOINTS_URL, DATA_DIR / "checkpoints"),
}
MEDIA_ROOT = DATA_DIR / "media"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

LARGEST_UPLOAD = 25 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "orchestrator.governance.log_lines.LogLine", "fmt": "%(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "mcp": {"level": "WARNING"},
        # A line for each task received and one for each done would bury the rest.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
