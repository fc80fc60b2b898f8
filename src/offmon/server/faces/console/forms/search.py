"""What is searched for on one's own caseload."""

from django import forms

from offmon.server.base.web.forms import Form


class SearchForm(Form):
    """A few words."""

    words = forms.CharField(
        label="Search for a person, reference, order or exhibit",
        min_length=2,
        max_length=100,
        error_messages={"required": "Enter a name or a reference", "min_length": "Enter two letters or more"},
    )
