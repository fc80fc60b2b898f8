"""A face's own settings, for a test that runs it in this process."""

import importlib
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch


def site_settings(folder: Path) -> dict[str, Any]:
    """Those of the public site, which publishes what lies in the folder."""
    return settings_of("website", {"OFFMON_WEBSITE_URL": "https://testserver", "OFFMON_PUBLISHED": str(folder)})


def settings_of(face: str, told: dict[str, str]) -> dict[str, Any]:
    """What a face's own settings module says when it is told this, less its database: the test's own is put in its place."""
    with patch.dict(os.environ, {"OFFMON_DATABASE_URL": f"postgresql://offmon_{face}@127.0.0.1/none"} | told):
        module = importlib.reload(importlib.import_module(f"offmon.server.base.settings.{face}"))
    less = {"DATABASES", "LOGGING"}
    return {name: value for name, value in vars(module).items() if name.isupper() and name not in less}
