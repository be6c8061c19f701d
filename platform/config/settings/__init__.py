"""Django's settings. Every deployment knob is read through config.environment, which fails loudly."""

from pathlib import Path

from config import database, environment, invoicing, publishing
from config.embedded import binaries

ROOT = Path(__file__).resolve().parents[3]
SCT_HOME = environment.state_folder()
DEMONSTRATION = environment.flag("SCT_DEMONSTRATION", default=False)
DEBUG = False
SECRET_KEY = database.secret_key()

# Hosts: <BASE_HOST> is the public site, <slug>.<BASE_HOST> a municipality, consola.<BASE_HOST> Adtende's console.
BASE_HOST = environment.host_name("SCT_BASE_HOST", "localhost")
STAFF_HOST = f"consola.{BASE_HOST}"
PORT = environment.whole_number("PORT", 8000, low=1, high=65535)
SECURE = environment.flag("SCT_SECURE", default=BASE_HOST != "localhost")
if DEMONSTRATION and SECURE:
    raise environment.UnusableSetting(
        "SCT_DEMONSTRATION is on for a real host: its sign-ins have a published password. Set SCT_DEMONSTRATION=0."
    )
ALLOWED_HOSTS = ["*"]  # the exact list is the register of domains: tenants.directory.hosts refuses the rest

# Applications: `auth` and `contenttypes` are installed without tables (see docs/decisions/0001).
BOTH_WORLDS = [
    "tenants.people",
    "tenants.audit",
    "django.contrib.sessions",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
SHARED_APPS = [
    "django_tenants",
    "tenants.isolation",
    "tenants.directory",
    "tenants.opening",
    "reporting.public",
    "billing.plans",
    "billing.usage",
    "billing.payments",
    "billing.invoices",
    "procrastinate.contrib.django",
    *BOTH_WORLDS,
]
TENANT_APPS = [
    *BOTH_WORLDS,
    "tenants.agreements",
    "callhub.departments",
    "callhub.timetables",
    "callhub.lines",
    "callhub.pbx",
    "callhub.calls",
    "callhub.surveys",
    "reporting.kpi",
    "reporting.exports",
    "reporting.commitments",
]
WITHOUT_TABLES = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "shell",
    "console",
    "callhub.samples",
    "reporting.dashboard",
    "billing.closing",
    "billing.papers",
    "config",
    "config.demonstration",
]
INSTALLED_APPS = list(dict.fromkeys([*SHARED_APPS, *TENANT_APPS, *WITHOUT_TABLES]))
MIGRATION_MODULES = {"account": "tenants.people.migrations_account"}  # upstream's first ids are not bigint
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLAUTH_DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TENANT_MODEL = "directory.Municipality"
TENANT_DOMAIN_MODEL = "directory.Domain"
AUTH_USER_MODEL = "people.User"

# The database: see docs/decisions/0001-isolation-by-login-role.md
TENANT_DB_MODE = environment.text("TENANT_DB_MODE", "login")  # login | role | owner
if TENANT_DB_MODE not in {"login", "role", "owner"}:
    raise environment.UnusableSetting("TENANT_DB_MODE must be login, role or owner.")
TENANT_DB_MAX_IDLE = environment.whole_number("TENANT_DB_MAX_IDLE", 8, high=100)  # idle connections per process
# Milliseconds. Pages are bounded (config.wsgi); commands and jobs wait for each other's locks as long as that takes.
STATEMENT_TIMEOUT = environment.whole_number("SCT_STATEMENT_TIMEOUT", 0)
TENANT_DB_MAX_AGE = environment.whole_number("TENANT_DB_MAX_AGE", 300, low=1)  # seconds
WEB_WORKERS = environment.whole_number("WEB_WORKERS", 2, low=1, high=64)
WEB_THREADS = environment.whole_number("WEB_THREADS", 4, low=1, high=64)
IMPORTS_AT_ONCE = environment.whole_number("IMPORTS_AT_ONCE", 2, low=1, high=16)  # in the worker, one per municipality
# A thread holds a connection of its municipality, one of the queue and one of the sign-in limits; a process keeps idle
# ones besides. The worker runs imports, one sweep, and the queue's own six; each long import has a second process.
CONNECTIONS_AT_MOST = (
    WEB_WORKERS * (3 * WEB_THREADS + TENANT_DB_MAX_IDLE)
    + (4 * IMPORTS_AT_ONCE + 3 + TENANT_DB_MAX_IDLE + 6)
    + 8  # the provisioner
    + 3  # somebody at the command line
)
EXPECT_WORKERS = environment.flag("SCT_EXPECT_WORKERS", default=False)  # /readyz asks for worker and provisioner too
_server = database.server()
TEST_DATABASE = environment.flag("SCT_TEST_DATABASE", default=False)
DATABASE_PEER = _server.peer  # the socket vouches for the roles, they have no passwords
ROLE_PASSWORD = database.role_password  # role -> password, where there are passwords
DATABASE_PROGRAMS = binaries.find  # where pg_dump is


def _connection(user: str, engine: str) -> dict[str, object]:
    return {
        "ENGINE": engine,
        "HOST": _server.host,
        "PORT": _server.port,
        "NAME": _server.name,
        "USER": user,
        "PASSWORD": "" if _server.peer and user != "app_owner" else database.role_password(user),
        "OPTIONS": {"application_name": environment.text("SCT_PROCESS", "sct"), "connect_timeout": 5},
        "CONN_MAX_AGE": 0,  # tenants.isolation.backend keeps idle connections itself, keyed by role
    }


DATABASES = {
    "default": _connection("app_owner" if TENANT_DB_MODE == "owner" else "app_web", "tenants.isolation.backend"),
    "jobs": _connection("app_jobs", "django.db.backends.postgresql"),
    "limits": _connection("app_web", "django.db.backends.postgresql"),
}
DATABASE_ROUTERS = ["tenants.isolation.routers.SideConnections", "django_tenants.routers.TenantSyncRouter"]
PROCRASTINATE_DATABASE_ALIAS = "jobs"
PROCRASTINATE_ON_APP_READY = None

# Sign-in limits and used one-time codes: shared by all processes, hashed, reached only as app_web.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "limits",
        "KEY_FUNCTION": "tenants.isolation.cache.key_with_municipality",
        # What is over is removed by a job; a smaller table would forget locked accounts when many knock elsewhere.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

MIDDLEWARE = [
    "shell.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",  # before the hosts, whose own error pages have a policy too
    "tenants.directory.hosts.HostMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "shell.addresses.ReadableAddress",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "tenants.people.access.AccessMiddleware",
    "tenants.opening.suspension.SuspensionMiddleware",
]
ROOT_URLCONF = "config.urls_public"  # HostMiddleware chooses urls_public, urls_staff or urls_tenant
PUBLIC_URLCONF = "config.urls_public"
STAFF_URLCONF = "config.urls_staff"
TENANT_URLCONF = "config.urls_tenant"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "shell.context_processors.shell",
            ],
            # `shell` comes first so that its pages replace the ones of the sign-in library.
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        ("django.template.loaders.filesystem.Loader", [ROOT / "platform/shell/templates"]),
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

# What upper layers want to hear from callhub, as dotted strings.
CALLS_CHANGED = ("reporting.kpi.actions.mark_changed",)  # in the transaction that changed calls
BESIDE_LONG_IMPORT = "reporting.kpi.beside.computing_beside"  # while a long file is taken in, in the municipality
AFTER_IMPORT = (
    "reporting.kpi.actions.compute_changed",
    "reporting.public.actions.publish",
)  # once a file is through, in the municipality

# The sample calls of a trial: f(municipality, today, folder) -> [(format, file)], the same again when asked twice.
SAMPLE_CALLS = "config.demonstration.samples.write_samples"

# Menus and counters that upper layers add to the chrome, as dotted strings (see docs/architecture.md).
TOWN_MENU = "config.menus.town_menu"
CONSOLE_MENU = "config.menus.console_menu"
PUBLIC_MENU = "config.menus.public_menu"

# What a municipality's people are told on every page, and what they may do while it is suspended, besides reading.
TOWN_NOTICES = ("callhub.samples.notices.notice_of", "tenants.opening.notices.notice_of")
WHILE_SUSPENDED = (  # names of addresses, or beginnings of them
    "account_",
    "mfa_",
    "usersessions_",
    "people:accept",
    "set_language",
    "set_theme",
    "plans:",
    "payments:",
    "invoices:",
    "agreements:",
)

# What asks for a decision on the dashboard besides its own figures: f(request) -> list[Notice], as dotted strings.
DASHBOARD_NOTICES = ("reporting.commitments.notices.notices_of",)

# What a new municipality has to do, from every part of the product, in the order of the page.
ONBOARDING_TASKS = [
    "tenants.opening.onboarding.tasks",
    "tenants.people.onboarding.tasks",
    "callhub.departments.onboarding.tasks",
    "callhub.timetables.onboarding.tasks",
    "callhub.samples.onboarding.tasks",
    "callhub.pbx.onboarding.tasks",
    "callhub.lines.onboarding.tasks",
    "reporting.public.onboarding.tasks",
    "tenants.agreements.onboarding.tasks",
    "billing.payments.onboarding.tasks",
]

# People
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "tenants.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # invitations prove the address before the person exists
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "SCT"
USERSESSIONS_TRACK_ACTIVITY = True
# Second factor obligatory for Adtende's people and municipal administrators; off only in demonstration mode.
SECOND_FACTOR_REQUIRED = not (DEMONSTRATION and environment.flag("SCT_DEMONSTRATION_WITHOUT_MFA", default=True))
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

# Payments by card and direct debit (billing.payments.gateway). Without a key, demonstrations use a stand-in of our own.
STRIPE_API_KEY = environment.text("STRIPE_API_KEY")
STRIPE_WEBHOOK_SECRETS = [one.strip() for one in environment.text("STRIPE_WEBHOOK_SECRETS").split(",") if one.strip()]
STRIPE_DOUBLE_PORT = environment.whole_number("STRIPE_DOUBLE_PORT", min(PORT + 50, 65_535), low=1, high=65_535)
STRIPE_DOUBLE = f"http://127.0.0.1:{STRIPE_DOUBLE_PORT}" if DEMONSTRATION and not STRIPE_API_KEY else ""
STRIPE_TIMEOUT = environment.whole_number("STRIPE_TIMEOUT", 10, low=1, high=60)  # seconds
STRIPE_RETRIES = environment.whole_number("STRIPE_RETRIES", 2, high=5)
if STRIPE_API_KEY and not STRIPE_API_KEY.startswith(("sk_", "rk_")):
    raise environment.UnusableSetting("STRIPE_API_KEY must be a secret key of Stripe: it begins with sk_ or rk_.")
if STRIPE_API_KEY and not STRIPE_WEBHOOK_SECRETS:
    raise environment.UnusableSetting(
        "STRIPE_API_KEY is set but STRIPE_WEBHOOK_SECRETS is not: what is paid would never be heard of."
    )
# Pages of payment that a form of ours leads to: browsers hold the policy against where a form is sent on to as well.
STRIPE_PAGES = ["https://checkout.stripe.com", "https://billing.stripe.com"] if STRIPE_API_KEY else []
if STRIPE_DOUBLE:
    STRIPE_PAGES = [f"http://localhost:{STRIPE_DOUBLE_PORT}"]
# Who hears in the layers above that a subscription is paid, past due, unpaid or over, as dotted strings: called with
# schema_name, contract and standing (billing.payments.rules.Standing), in the transaction that wrote it down.
PAYMENT_STATE_CHANGED: tuple[str, ...] = ("billing.payments.actions.payment_changed",)
# Who hears, inside the municipality, that a contract was accepted, just after it was, with contract; and the page that follows, made by
# f(request, contract) -> HttpResponse: plans know nothing of payments.
CONTRACT_ACCEPTED: tuple[str, ...] = (
    "billing.payments.actions.contract_was_accepted",
    "callhub.samples.tasks.contract_was_accepted",
)
PAGE_AFTER_ACCEPTING = "billing.payments.views.page_after_accepting"

# Sessions and cookies: host-only, so that one municipality's cookie means nothing on another's host.
_prefix = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{_prefix}sessionid"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_NAME = f"{_prefix}csrftoken"
CSRF_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_NAME = f"{_prefix}language"
LANGUAGE_COOKIE_SECURE = SECURE
SECURE_SSL_REDIRECT = environment.flag("SCT_SSL_REDIRECT", default=SECURE)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come over plain HTTP
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if environment.flag("SCT_BEHIND_PROXY", default=False) else None
)
# How many proxies stand before us, each adding the address it sees to X-Forwarded-For: the audit record and the
# sign-in limits believe that many of its entries, from the right.
TRUSTED_PROXIES = environment.whole_number("SCT_TRUSTED_PROXIES", 0, high=10)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'", *STRIPE_PAGES],
        "img-src": ["'self'", "data:"],
    }
}

# Languages: the interface is written in English msgids and spoken in Spanish and Catalan first.
LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("ca", "Català"), ("en", "English")]
LOCALE_PATHS = [ROOT / "platform/shell/locale"]
FORMAT_MODULE_PATH = ["shell.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # each municipality's own zone is used where days are told

# Files
STATIC_URL = "/static/"
STATIC_ROOT = environment.text("SCT_STATIC_ROOT") or None  # without one, files are served from where they stand
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": SCT_HOME / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
UPLOADS = SCT_HOME / "uploads"  # files people upload, one folder per municipality, removed after the import
FILE_UPLOAD_HANDLERS = ["shell.uploads.LimitedUpload"]
FILE_UPLOAD_TEMP_DIR = UPLOADS / "incoming"  # beside them, so that keeping one is a rename
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# Mail
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if environment.text("EMAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_HOST = environment.text("EMAIL_HOST", "localhost")
EMAIL_PORT = environment.whole_number("EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=False)
EMAIL_FILE_PATH = SCT_HOME / "mail"
APPLICATIONS_TO = environment.text("SCT_APPLICATIONS_TO", "sct@localhost")  # who checks public bodies that apply
DEFAULT_FROM_EMAIL = environment.text("SCT_MAIL_FROM", "SCT <sct@localhost>")

# Surveys: what sends a text message, f(*, number, text); the default writes it to a file (callhub.surveys.delivery)
SURVEY_MESSAGES = environment.text("SCT_SURVEY_MESSAGES", "callhub.surveys.delivery.into_file")
SURVEY_OUTBOX = SCT_HOME / "messages"

# Invoices: the key to sign them stays in files outside the database, and no address named here is called.
INVOICE_SELLER = invoicing.seller(is_demonstration=DEMONSTRATION)  # None where nothing is invoiced
INVOICE_SIGNING = invoicing.signing(is_demonstration=DEMONSTRATION)
INVOICE_SERIES = invoicing.series()
INVOICE_QR_ADDRESS = invoicing.verification_address(is_demonstration=DEMONSTRATION)
INVOICE_DELIVERY = "billing.invoices.delivery.into_folder"  # hands a signed invoice to FACe
INVOICE_OUTBOX = invoicing.outbox()

# Months that are published: the process that publishes has the key, everybody has the keys to check with.
PUBLICATION_KEY_FILE = publishing.key_file(is_demonstration=DEMONSTRATION)
PUBLICATION_PUBLIC_KEYS_FILE = publishing.public_keys_file(is_demonstration=DEMONSTRATION)

# What the shell's chrome shows
SENTENCES = [  # said by rules and actions in English, told by pages in every language
    "callhub.pbx.sentences.SENTENCES",
    "billing.plans.sentences.SENTENCES",
    "billing.usage.sentences.SENTENCES",
    "billing.invoices.sentences.SENTENCES",
    "billing.closing.sentences.SENTENCES",
    "tenants.opening.sentences.SENTENCES",
    "tenants.agreements.sentences.SENTENCES",
]
TRIAL_DAYS = environment.whole_number("SCT_TRIAL_DAYS", 30, low=1, high=365)  # of who opens its own account
SUPPORT_PHONE = environment.text("SCT_SUPPORT_PHONE", "900 000 000")

# Logs and errors
LOGGING_CONFIG = "shell.logs.configure"
LOGGING = {"level": environment.text("SCT_LOG_LEVEL", "INFO")}
SENTRY_DSN = environment.text("SENTRY_DSN")

SILENCED_SYSTEM_CHECKS = [
    "fields.W342",
    "files.E001",  # the folder of uploads is made when the first file comes
]

if SENTRY_DSN:
    from config import errors

    errors.start(SENTRY_DSN)
