"""Devices come in here: four addresses, each answered only to a request that a device's own key signed."""
