"""How the house is wired: settings, addresses, the worker; it knows all, nobody imports it."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
