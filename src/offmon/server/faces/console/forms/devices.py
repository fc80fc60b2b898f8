"""The form of what an officer found who looked after a device."""

from collections.abc import Sequence
from typing import Any

from offmon.core.person.stopped import Found, TaskKind
from offmon.server.base.web.forms import Form
from offmon.server.faces.console.device_words import FOUND, TASK
from offmon.server.faces.console.forms.fields import line, one_of, text


class FoundForm(Form):
    """What was found, for one of the tasks that wait."""

    task = one_of("Which task is this about?", (), "Select the task")
    found = one_of("What did you find?", [(one.value, FOUND[one]) for one in Found], "Select what you found")
    text = text("Note", "The person can ask for it. Write what you would say to them", "Enter the note")
    source = line(
        "Where is it from?",
        "For example, my visit; the person, by phone; our IT team",
        "Enter where it is from",
    )

    def __init__(self, *args: Any, waiting: Sequence[TaskKind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].choices = [(one.value, TASK[one]) for one in waiting]  # type: ignore[attr-defined]  # a ChoiceField
        if len(waiting) == 1:
            self.initial["task"] = waiting[0].value
