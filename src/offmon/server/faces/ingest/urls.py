"""The addresses of the device protocol (core/formats/protocol.py; docs/api/openapi.yaml), the marker page, and one answer for the rest."""

from django.urls import path

from offmon.core.formats.protocol import (
    BATCHES_PATH,
    BEATS_PATH,
    ENROL_PATH,
    HISTORY_PATH,
    MARKER_PATH,
    PROFILE_PATH,
    WAY_IN_PATH,
)
from offmon.server.faces.ingest import marker, views

urlpatterns = [
    path(ENROL_PATH.removeprefix("/"), views.enrol),
    path(BATCHES_PATH.removeprefix("/"), views.batches),
    path(BEATS_PATH.removeprefix("/"), views.beats),
    path(PROFILE_PATH.removeprefix("/"), views.profile),
    path(WAY_IN_PATH.removeprefix("/"), views.way_in),
    path(HISTORY_PATH.removeprefix("/"), views.history),
    path(MARKER_PATH.removeprefix("/"), marker.marker),
]

handler400 = "offmon.server.faces.ingest.answers.bad_request"
handler404 = "offmon.server.faces.ingest.answers.not_found"
handler500 = "offmon.server.faces.ingest.answers.unavailable"
