"""What monitoring came to since somebody last looked at it, for its review (R-LEG-23)."""

from django.db.models import Count

from offmon.core.authority.settings import Raised
from offmon.core.ids import Id, Ms, Versioned
from offmon.server.triage.locked.queries import listed
from offmon.server.triage.models import Alert


def raised_since(deployment: Id, since: Ms) -> list[Raised]:
    """The alerts that were opened since then, by type of collection and list, most first.

    Inside the scope that is open; the caller's query writes the consultation.
    """
    rows = listed(Alert.objects.filter(deployment=deployment, opened_at__gte=since)).order_by()
    counted = rows.values_list("capability", "list_name").annotate(alerts=Count("id", distinct=True))
    found = [Raised(capability, Versioned(name), alerts) for capability, name, alerts in counted]
    return sorted(found, key=lambda one: (-one.alerts, one.capability, one.list))
