"""Devices connect here: four addresses, each answered only to a request signed by a device's own key."""
