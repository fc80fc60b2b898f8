"""One settings module for each process: `DJANGO_SETTINGS_MODULE=offmon.server.base.settings.<process>`."""
