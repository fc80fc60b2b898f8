"""Alerts, and what people decide of them."""
