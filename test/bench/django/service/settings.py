"""The settings of `django-admin startproject` and of the Django REST Framework quickstart, with DEBUG off."""

import os

DOMAIN = os.environ["AUTH0_DOMAIN"]
# Only a loopback host:port uses plain HTTP, as in the local deployment.
ISSUER = f"{'http' if DOMAIN.startswith('127.0.0.1:') else 'https'}://{DOMAIN}/"
AUDIENCE = os.environ["AUTH0_API_AUDIENCE"]
CACHE_JWKS = os.environ["CACHE_JWKS"] == "true"
# Applies the advice of Django's deployment checklist and performance guide.
TUNED = os.environ["TUNED"] == "true"

SECRET_KEY = os.urandom(32).hex()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "service.urls"
WSGI_APPLICATION = "service.wsgi.application"
USE_TZ = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "rest_framework",
    "service",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
]
if not TUNED:
    MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"]}}
# Writers wait for each other instead of failing. Source: Django's guide, "Database is locked errors".
DATABASES["default"]["OPTIONS"] = {"timeout": 20}
if TUNED:
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["service.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
if TUNED:
    REST_FRAMEWORK["DEFAULT_RENDERER_CLASSES"] = ["rest_framework.renderers.JSONRenderer"]
