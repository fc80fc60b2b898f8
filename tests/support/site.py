"""The public site's own settings, for a test that runs it in this process."""

import importlib
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch


def site_settings(folder: Path) -> dict[str, Any]:
    """What the site's own settings module says, less its database."""
    told = {
        "OFFMON_DATABASE_URL": "postgresql://offmon_website@127.0.0.1/none",
        "OFFMON_WEBSITE_URL": "https://testserver",
        "OFFMON_PUBLISHED": str(folder),
    }
    with patch.dict(os.environ, told):
        module = importlib.reload(importlib.import_module("offmon.server.base.settings.website"))
    less = {"DATABASES", "LOGGING"}
    return {name: value for name, value in vars(module).items() if name.isupper() and name not in less}
