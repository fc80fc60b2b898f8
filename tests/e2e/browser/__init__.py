"""The real browser as a source: Chromium with the extension, the shim, a real agent, and a web of invented pages."""
