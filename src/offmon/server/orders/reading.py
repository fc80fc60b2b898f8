"""Reading a document from the store: opened for its very place, and compared with what the instrument committed to, each time."""

from offmon.core.errors import NotAuthentic
from offmon.core.ids import Digest, Id
from offmon.server.base.columns import column_key
from offmon.server.base.storage.directory import document_store
from offmon.server.orders.models import DocumentRow
from offmon.server.orders.scan import check_committed


def place_of(row: DocumentRow, number: int) -> tuple[type[DocumentRow], Id, str]:
    """What a page is enclosed for: table, row and which page. So none can be put in another's place."""
    return DocumentRow, row.id, f"page {number}"


def read_page(row: DocumentRow, number: int) -> bytes:
    """Page `number` (from 1) as it was recorded. Raises NotAuthentic where what lies there is gone or is another."""
    data = column_key().open_bytes(document_store().get(row.names[number - 1]), *place_of(row, number))
    check_committed(data, number, [Digest(one) for one in row.digests], row.instrument.document)
    return data


def is_sound(row: DocumentRow) -> bool:
    """Whether every page lies there as it was recorded."""
    try:
        for number in range(1, len(row.names) + 1):
            read_page(row, number)
    except NotAuthentic:
        return False
    return True
