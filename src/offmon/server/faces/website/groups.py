"""The heading under which the page lists each promise, in the page's order."""

from typing import Final

from offmon.core.public.assurance import PROMISES

_GROUPS: Final = (
    ("what", "purpose plain-terms"),
    ("who", "who-uses-it existing-powers lawful-basis"),
    ("overt", "overt told as-ordered not-secret"),
    ("data", "assessed data-protection-law evidence-secure access accounted-for purpose-bound"),
    ("narrow", "targeted relevant light proportionate"),
    ("oversight", "anchored watch-foundation cloud-principles ai-checklist every-stage"),
    ("questions", "ask-us right-place roles-explained analytics-why analytics-off"),
)
GROUPS: Final = tuple((name, tuple(slugs.split())) for name, slugs in _GROUPS)

if [slug for _, slugs in GROUPS for slug in slugs] != [promise.slug for promise in PROMISES]:
    raise AssertionError("every promise stands under one heading, in its order")
