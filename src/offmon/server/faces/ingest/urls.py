"""The four addresses of the device protocol (core/formats/protocol.py; docs/api/openapi.yaml), and one answer for every other."""

from django.urls import path

from offmon.core.formats.protocol import BATCHES_PATH, ENROL_PATH, PROFILE_PATH, WAY_IN_PATH
from offmon.server.faces.ingest import views

urlpatterns = [
    path(ENROL_PATH.removeprefix("/"), views.enrol),
    path(BATCHES_PATH.removeprefix("/"), views.batches),
    path(PROFILE_PATH.removeprefix("/"), views.profile),
    path(WAY_IN_PATH.removeprefix("/"), views.way_in),
]

handler400 = "offmon.server.faces.ingest.answers.bad_request"
handler404 = "offmon.server.faces.ingest.answers.not_found"
handler500 = "offmon.server.faces.ingest.answers.unavailable"
