"""Forms of an alert that is opened in an emergency: why, and whether that was justified."""

from typing import Any

from offmon.server.base.web.forms import Form
from offmon.server.faces.console.forms.fields import one_of, text


class OpenInEmergencyForm(Form):
    """Why an inspector opens one alert."""

    reason = text(
        "Why can it not wait for the officers of the case?",
        "A supervisor of the case reads your reason. It is recorded in the log. Do not name a person.",
        "Enter why it cannot wait, in your own words",
        rows=3,
        most=1000,
    )


class ReviewEmergencyForm(Form):
    """Whether an opening was justified; where it was not, why."""

    justified = one_of(
        "Was it justified?",
        [("yes", "Yes, it could not wait"), ("no", "No, it was not justified")],
        "Select whether it was justified",
    )
    why_not = text(
        "If it was not, why?",
        "The inspector reads this. It is recorded in the log. Do not name a person.",
        "Enter why it was not justified",
        rows=3,
        most=1000,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A no has its reason."""
        given = super().clean() or self.cleaned_data
        if given.get("justified") == "no" and not given.get("why_not", "").strip():
            self.add_error("why_not", "Enter why it was not justified")
        return given

    def said(self) -> str | None:
        """Why it was not justified; None: it was."""
        return self.cleaned_data["why_not"] if self.cleaned_data["justified"] == "no" else None
