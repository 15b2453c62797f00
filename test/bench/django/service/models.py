from datetime import date

from django.conf import settings
from django.db import models


class Todo(models.Model):
    title = models.CharField(max_length=1000)
    date = models.DateField(default=date.today)
    completed = models.BooleanField(default=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
