"""The one settings module. Every value that an operator may set comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = Path(os.environ.get("RATHAUS_DATA_DIR", BASE_DIR / "var"))
SECRET_KEY = os.environ.get("RATHAUS_SECRET_KEY", "insecure-development-key")
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "rathaus.site.urls"
WSGI_APPLICATION = "rathaus.site.wsgi.application"
AUTH_USER_MODEL = "identity.UserAccount"
USE_TZ = True
TIME_ZONE = "Europe/Berlin"
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
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
    "rathaus.modules.demo",
    "rathaus.adapters.demo_eid",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "rathaus.sqlite3"}}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
STATIC_URL = "/static/"
