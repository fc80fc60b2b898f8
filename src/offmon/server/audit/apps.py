"""The audit log as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """It has tables and no face."""

    name = "offmon.server.audit"
