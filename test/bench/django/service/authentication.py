"""Bearer tokens of an Auth0 tenant, verified with python-jose as the tutorial does it."""

from functools import cache

import requests
from django.conf import settings
from django.contrib.auth import get_user_model
from jose import jwt
from jose.exceptions import JOSEError
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed


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
                self.key_of(token),
                algorithms=["RS256"],
                audience=settings.AUDIENCE,
                issuer=settings.ISSUER,
            )
        except JOSEError as error:
            raise AuthenticationFailed(str(error)) from error
        # The tutorial's lookup, which leaves out the connection that the identity is of.
        username = claims["sub"].split("|")[1]
        user, _ = get_user_model().objects.get_or_create(username=username)
        return user, claims

    def authenticate_header(self, request):
        return "Bearer"

    @staticmethod
    def key_of(token):
        key_id = jwt.get_unverified_header(token).get("kid")
        for key in jwks()["keys"]:
            if key["kid"] == key_id:
                return key
        raise AuthenticationFailed("No key of the issuer has this kid.")
