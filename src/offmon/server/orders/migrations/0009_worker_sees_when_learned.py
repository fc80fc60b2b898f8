"""The worker sees when more became known of a case's orders, and asks for the profiles that follow: an end, or a term that was confirmed.

Nobody asked where a newer order ended an older by law: the device went on under the older until its lease was renewed. Of an order the
worker reads whose it is and these two times, and no word.
"""

from django.db import migrations

from offmon.server.base.policies import SELECT, may, open_to


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0008_of_its_parent"),
    ]

    operations = [
        *open_to("orders_instrument", worker=may(SELECT, columns=["agency", "case", "end_known_at"])),
        *open_to("orders_term", worker=may(SELECT, columns=["agency", "case", "confirmed_at"])),
    ]
