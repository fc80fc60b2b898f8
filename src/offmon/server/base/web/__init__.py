"""The web base that every face uses: layout, forms, who may open what, headers, error pages, static files.

A face puts ``offmon.server.base.web`` in INSTALLED_APPS, takes the rest from ``wiring`` and keeps its own templates in
``jinja2/<face>/`` and its own files in ``static/<face>/``.
"""
