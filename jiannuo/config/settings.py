"""Settings, read from the environment; the defaults serve one machine with the embedded database."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DATA_DIR = Path(os.environ.get("JIANNUO_DATA", BASE_DIR / "var"))
DEBUG = os.environ.get("JIANNUO_DEBUG", "") == "1"
TESTING = os.environ.get("JIANNUO_TESTING", "") == "1"


def _secret_key() -> str:
    """The signing key: from the environment, else made once and kept beside the data, readable by its owner only."""
    if key := os.environ.get("JIANNUO_SECRET_KEY"):
        return key
    path = DATA_DIR / "secret-key"
    if not path.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(get_random_secret_key())
    return path.read_text()


def database_from_url(url: str) -> dict[str, object]:
    """Django's database settings for a DATABASE_URL (``postgresql://…`` or ``sqlite:///path``)."""
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        options: dict[str, object] = dict(parse_qsl(parts.query))
        if not TESTING:
            options["pool"] = {"min_size": 1, "max_size": int(os.environ.get("JIANNUO_DB_POOL", "8"))}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
            "PORT": parts.port or "",
            "OPTIONS": options,
        }
    if parts.scheme == "sqlite":
        return sqlite_database(Path(unquote(parts.path)))
    raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// or sqlite:///")


def sqlite_database(path: Path) -> dict[str, object]:
    """Django's settings for one SQLite file: write-ahead log, writers wait instead of failing."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                "PRAGMA cache_size=-32768; PRAGMA foreign_keys=ON"
            ),
        },
        "TEST": {"NAME": str(DATA_DIR / "test.sqlite3")},
    }


def road_service_from(url: str) -> str:
    """The address of a road service (``http://host:port``), or nothing. Raises ImproperlyConfigured."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
        raise ImproperlyConfigured("JIANNUO_ROAD_MATRIX_URL must look like http://host:port")
    return url


SECRET_KEY = "only-for-tests" if TESTING else _secret_key()
ALLOWED_HOSTS = os.environ.get("JIANNUO_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("JIANNUO_ORIGINS", "").split(",") if origin]
BASE_URL = os.environ.get("JIANNUO_BASE_URL", f"http://localhost:{os.environ.get('PORT', '8000')}")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_cotton",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "import_export",
    "rest_framework",
    "drf_spectacular",
    "treebeard",
    "auditlog",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    # Our own, lowest layer first.
    "jiannuo.kernel.calendars",
    "jiannuo.kernel.regions",
    "jiannuo.kernel.search",
    "jiannuo.kernel.files",
    "jiannuo.kernel.tables",
    "jiannuo.kernel.exchange",
    "jiannuo.kernel.printing",
    "jiannuo.kernel.events",
    "jiannuo.kernel.audit",
    "jiannuo.office.organizations",
    "jiannuo.office.accounts",
    "jiannuo.office.documents",
    "jiannuo.office.notices",
    "jiannuo.registry.customers",
    "jiannuo.registry.products",
    "jiannuo.registry.installedbase",
    "jiannuo.promises.commitments",
    "jiannuo.promises.obligations",
    "jiannuo.operations.workforce",
    "jiannuo.operations.knowledge",
    "jiannuo.operations.parts",
    "jiannuo.operations.workorders",
    "jiannuo.operations.desk",
    "jiannuo.operations.channels",
    "jiannuo.operations.followups",
    "jiannuo.operations.maintenance",
    "jiannuo.operations.dispatch",
    "jiannuo.operations.dispatch.planning",
    "jiannuo.operations.tasks",
    "jiannuo.operations.staffing",
    "jiannuo.operations.trips",
    "jiannuo.operations.appointments",
    "jiannuo.operations.bench",
    "jiannuo.operations.cards",
    "jiannuo.operations.complaints",
    "jiannuo.operations.installations",
    "jiannuo.operations.surveys",
    "jiannuo.faces.console",
    "jiannuo.faces.portal",
    "jiannuo.faces.field",
    "jiannuo.faces.api",
    "jiannuo.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jiannuo.office.accounts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jiannuo.office.accounts.middleware.DeviceMiddleware",
    "jiannuo.faces.field.offline.person.PersonMiddleware",
    "jiannuo.office.accounts.middleware.SecondFactorMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
    "axes.middleware.AxesMiddleware",
]

if os.environ.get("JIANNUO_TRUST_PROXY", "") == "1":
    MIDDLEWARE.insert(0, "jiannuo.config.proxy.VisitorAddressMiddleware")

ROOT_URLCONF = "jiannuo.config.urls"
WSGI_APPLICATION = "jiannuo.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the templates of the libraries, which these restyle.
        "DIRS": [BASE_DIR / "jiannuo" / "faces" / "console" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "jiannuo.faces.console.context.shell",
            ],
        },
    }
]

DATABASES = {
    "default": database_from_url(os.environ["DATABASE_URL"])
    if os.environ.get("DATABASE_URL")
    else sqlite_database(DATA_DIR / "jiannuo.sqlite3")
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache"
        if TESTING
        else "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "jiannuo_cache",
    }
}

TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend"
        if TESTING
        else "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}

# Languages and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "jiannuo" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Static and stored files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist"] if (BASE_DIR / "frontend" / "dist").exists() else []
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Approvals
#: how large a clip from the technician app may be
FIELD_VIDEO_MEGABYTES = int(os.environ.get("JIANNUO_FIELD_VIDEO_MB", "40"))
JIANNUO_APPROVAL_REMIND_HOURS = float(os.environ.get("JIANNUO_APPROVAL_REMIND_HOURS", "24"))

# Roads for planning
ROAD_MATRIX_URL = road_service_from(os.environ.get("JIANNUO_ROAD_MATRIX_URL", ""))
ROAD_MATRIX_PROFILE = os.environ.get("JIANNUO_ROAD_MATRIX_PROFILE", "driving")
ROAD_MATRIX_TIMEOUT = float(os.environ.get("JIANNUO_ROAD_MATRIX_TIMEOUT", "5"))
ROAD_MATRIX_PLACES = int(os.environ.get("JIANNUO_ROAD_MATRIX_PLACES", "100"))
ROAD_MATRIX_DAYS = float(os.environ.get("JIANNUO_ROAD_MATRIX_DAYS", "30"))

# Signing in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "jiannuo.office.accounts.backends.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "jiannuo.office.accounts.adapter.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip"} if not TESTING else False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Roles whose holders must set up a second factor before they can do anything else.
JIANNUO_MFA_ROLES = [role for role in os.environ.get("JIANNUO_MFA_ROLES", "").split(",") if role]
MFA_TOTP_ISSUER = "Jiannuo"
USERSESSIONS_TRACK_ACTIVITY = True
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "jiannuo.office.accounts.lockout.login_name"
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# Behind TLS
BEHIND_TLS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
    }
}

# Mail and messages out
EMAIL_BACKEND = os.environ.get(
    "JIANNUO_EMAIL_BACKEND",
    "django.core.mail.backends.locmem.EmailBackend"
    if TESTING
    else "django.core.mail.backends.filebased.EmailBackend",
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = os.environ.get("JIANNUO_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("JIANNUO_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("JIANNUO_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("JIANNUO_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("JIANNUO_SMTP_TLS", "") == "starttls"
EMAIL_USE_SSL = os.environ.get("JIANNUO_SMTP_TLS", "") == "ssl"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("JIANNUO_FROM_EMAIL", "jiannuo@localhost")
# With {phone} in it: a gateway of text messages; without: a group channel.
APPRISE_URLS = [url for url in os.environ.get("JIANNUO_APPRISE_URLS", "").split(" ") if url]

# Pages
CRISPY_ALLOWED_TEMPLATE_PACKS = ["bootstrap5"]
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "tables/table.html"
COTTON_DIR = "cotton"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "jiannuo.faces.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["jiannuo.faces.api.permissions.RolePermission"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "600/min"},
    "EXCEPTION_HANDLER": "jiannuo.faces.api.problems.problem_handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Jiannuo API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    # Choices that several records call the same; without names of their own they would get made-up ones.
    "ENUM_NAME_OVERRIDES": {
        "CallDirectionEnum": "jiannuo.operations.channels.models.calls.Call.Direction",
        "CallStateEnum": "jiannuo.operations.channels.models.calls.Call.State",
        "MailDirectionEnum": "jiannuo.operations.channels.models.mail.MailMessage.Direction",
        "MailStateEnum": "jiannuo.operations.channels.models.mail.MailMessage.State",
        "InboxChannelEnum": "jiannuo.operations.channels.models.inbox.Channel",
        "InboxStateEnum": "jiannuo.operations.channels.models.inbox.InboxItem.State",
        "InboxKindEnum": "jiannuo.operations.channels.models.inbox.InboxItem.Kind",
        "IgnoredEnum": "jiannuo.operations.channels.mail.automatic.Ignored",
        "RequestChannelEnum": "jiannuo.operations.desk.models.ServiceRequest.Channel",
        "RequestKindEnum": "jiannuo.operations.desk.models.ServiceRequest.Kind",
        "NatureEnum": "jiannuo.operations.desk.routing.models.Nature",
        "JobEnum": "jiannuo.operations.workorders.models.WorkOrder.Kind",
        "PlanJobEnum": "jiannuo.operations.maintenance.models.plans.JOBS",
        "LineKindEnum": "jiannuo.operations.workorders.models.OrderLine.Kind",
        "LinePayerEnum": "jiannuo.operations.workorders.models.OrderLine.Payer",
        "CheckKindEnum": "jiannuo.operations.workorders.models.OrderCheck.Kind",
        "ReceiptWayEnum": "jiannuo.operations.bench.models.CarryIn.Way",
        "LeaveReasonEnum": "jiannuo.operations.workforce.models.Absence.Reason",
        "CustomerKindEnum": "jiannuo.registry.customers.models.Customer.Kind",
        "DutyKindEnum": "jiannuo.operations.maintenance.models.logs.LogEntry.Kind",
        "ObligationStateEnum": "jiannuo.promises.obligations.models.Obligation.State",
        "ProposalStateEnum": "jiannuo.operations.dispatch.planning.models.Proposal.State",
        "TripPayerEnum": "jiannuo.operations.trips.models.tables.Payer",
        "RoleEnum": "jiannuo.office.accounts.roles.Role",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("JIANNUO_LOG", "WARNING")},
}

# Names that appear to people
PRODUCT_NAME = _("Jiannuo")
DEMO = os.environ.get("JIANNUO_DEMO", "") == "1"
