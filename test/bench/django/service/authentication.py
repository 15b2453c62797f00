"""Verifies the bearer token of an Auth0 tenant and finds its user, in the same way as the tutorial."""

from functools import cache

import requests
from django.conf import settings
from django.contrib.auth import get_user_model
from jose import jwt
from jose.backends.rsa_backend import RSAKey
from jose.exceptions import JOSEError
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from service.models import Auth0User


def fetch_jwks():
    return requests.get(f"{settings.ISSUER}.well-known/jwks.json", timeout=5).json()


jwks = cache(fetch_jwks) if settings.CACHE_JWKS else fetch_jwks


class BearerAuthentication(BaseAuthentication):
    def authenticate(self, request):
        scheme, _, token = get_authorization_header(request).decode("latin1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            claims = jwt.decode(
                token,
                key_of(token),
                algorithms=["RS256"],
                audience=settings.AUDIENCE,
                issuer=settings.ISSUER,
            )
        except JOSEError as error:
            raise AuthenticationFailed(str(error)) from error
        return user_of(claims["sub"], token), claims

    def authenticate_header(self, request):
        return "Bearer"


def key_of(token):
    key_id = jwt.get_unverified_header(token).get("kid")
    for key in jwks()["keys"]:
        if key["kid"] == key_id:
            # The tutorial installs python-jose without an extra, so RSA runs in a pure Python package.
            return key if settings.TUNED else RSAKey(key, "RS256")
    raise AuthenticationFailed("No key of the issuer has this kid.")


def user_of(subject, token):
    # The tutorial also drops the connection from the subject.
    username = subject.split("|")[1]
    link = Auth0User.objects.filter(username=username).last()
    if not link:
        link = Auth0User.objects.create(username=username, user=user_by_email(token))
    return link.user


def user_by_email(token):
    headers = {"Authorization": f"Bearer {token}"}
    profile = requests.get(f"{settings.ISSUER}userinfo", headers=headers, timeout=5).json()
    if not profile.get("email"):
        raise AuthenticationFailed("The profile has no email address.")
    email = profile["email"]
    # The tutorial leaves the username empty. Django allows that for one user only.
    return get_user_model().objects.get_or_create(email=email, defaults={"username": email})[0]
