"""A duty inspector opens one alert in an emergency, and a supervisor reviews that (`core.alerts.emergency`)."""
