"""Devices come in here: three addresses, each answered only to a request that a device's own key signed."""
