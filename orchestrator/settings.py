"""Settings of the project. The environment is read here, once."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from orchestrator.artifacts.stores import store

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

if PRODUCTION:
    _needed = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "FIELD_KEYS", "PUBLIC_URL", "ALLOWED_HOSTS")
    _missing = [name for name in _needed if not env.str(name, "")]
    if _missing:
        raise ImproperlyConfigured(f"Production needs {', '.join(_missing)} in the environment.")
    if "*" in ALLOWED_HOSTS or len(SECRET_KEY) < 32 or not PUBLIC_URL.startswith("https://"):
        raise ImproperlyConfigured(
            "Production needs named ALLOWED_HOSTS, a SECRET_KEY of 32 characters or more and an https PUBLIC_URL."
        )

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
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{PUBLIC_URL}/sign-in",
    "account_reset_password": f"{PUBLIC_URL}/forgotten",
    "account_reset_password_from_key": f"{PUBLIC_URL}/reset#{{key}}",
    "account_signup": f"{PUBLIC_URL}/sign-in",
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
    SECURE_HSTS_SECONDS = 31_536_000
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
        "TokenScope": "orchestrator.governance.token_serializers.SCOPES",
        "AlertKind": "orchestrator.assets.watches.AlertKind",
        "NodeKind": "builder.serializers.NODE_KINDS",
        "OccurrenceState": "orchestrator.triggers.models.OccurrenceState",
        "StartKind": "orchestrator.triggers.serializers.START_KINDS",
        "StartState": "orchestrator.triggers.serializers.START_STATES",
        "BudgetPeriod": "orchestrator.assets.models.Period",
        "AtLimit": "orchestrator.assets.models.AtLimit",
    },
}

# Calls from lower rooms to higher ones: topic -> functions, run in order in the caller's transaction.
SUBSCRIBERS: dict[str, tuple[str, ...]] = {
    "member.leaving": ("builder.actions.handing_over.hand_over",),
    "draft.saved": ("orchestrator.runs.presence.tell_saved",),
    "workflow.offered": ("builder.actions.offering.refuse_uncallable",),
    "workflow.published": (
        "orchestrator.triggers.actions.links.register_links",
        "orchestrator.triggers.actions.forms.register_forms",
        "orchestrator.triggers.actions.schedules.register_schedules",
        "orchestrator.triggers.messages.register_message_starts",
        "orchestrator.triggers.alerts.register_alert_starts",
    ),
    "workflow.paused": ("orchestrator.triggers.actions.schedules.rest_schedules",),
    "evaluation.asked": ("orchestrator.runs.evaluations.ring_for_evaluation",),
    "replacement.asked": ("orchestrator.runs.evaluations.ring_for_cases",),
    "request.approved": ("orchestrator.assets.actions.replacement.begin",),
    "request.refused": ("orchestrator.assets.actions.replacement.refuse",),
    "asset.checked": ("orchestrator.runs.stream.tell_checked",),
    "asset.alerted": (
        "orchestrator.runs.stream.tell_alerted",
        "orchestrator.triggers.alerts.start_by_alert",
    ),
    "message.sent": ("orchestrator.triggers.messages.start_by_message",),
    "budget.spent": ("orchestrator.operations.budget_news.tell_keepers",),
}

CELERY_BROKER_URL = REDIS_URL
LEASE_SECONDS = env.float("LEASE_SECONDS", 30.0)
SWEEP_SECONDS = env.float("SWEEP_SECONDS", 1.0)
# So often are models looked at: whether they drift, err, or people stop agreeing with them.
WATCH_SECONDS = env.float("WATCH_SECONDS", 600.0)
# So long may the trainings of one workspace take together in a day.
TRAINING_MINUTES_A_DAY = env.int("TRAINING_MINUTES_A_DAY", 240)
# What each engine worker looks after once a second, beside the runs themselves.
SWEEPS: tuple[str, ...] = (
    "orchestrator.runs.sealing.seal_all",
    "orchestrator.runs.reminders.remind_due",
    "orchestrator.triggers.actions.schedules.start_due",
    "orchestrator.operations.failures.notice_failures",
    "orchestrator.assets.rollout.look_after_trials",
    "orchestrator.governance.actions.requests.expire_requests",
    "orchestrator.runs.evaluations.ring_for_forgotten",
    "orchestrator.runs.trainings.close_left",
    "orchestrator.operations.watching.watch_due",
    "orchestrator.assets.actions.budgets.watch_budgets",
)
# What a worker does when a sweep rings for it, by name.
CHORES = {
    "mail_failures": "orchestrator.operations.failures.mail_failures",
    "measure": "orchestrator.assets.measuring.measure",
    "try_cases": "orchestrator.runs.kept_cases.try_cases",
    "look_at_asset": "orchestrator.assets.watching.look_at",
    "mail_budget": "orchestrator.operations.budget_news.mail_budget",
}

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
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    "artifacts": store(env.str("ARTIFACTS_URL", ""), DATA_DIR / "artifacts"),
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
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
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
