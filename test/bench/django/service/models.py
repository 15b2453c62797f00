from datetime import date

from django.conf import settings
from django.db import models


class Auth0User(models.Model):
    """Links an Auth0 identity to a user."""

    username = models.CharField(max_length=255)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


class Todo(models.Model):
    title = models.TextField()
    date = models.DateField(default=date.today)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
