"""The web base that every face uses: layout, forms, who may open what, headers, error pages, static files.

A face puts ``offmon.server.base.web`` in INSTALLED_APPS and takes the rest from ``wiring``. Its own templates are in ``jinja2/<face>/``,
its own files in ``static/<face>/``.
"""
