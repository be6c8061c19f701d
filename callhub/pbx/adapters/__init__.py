"""Adapters: the only rooms that know the field names of vendors."""

from callhub.pbx.adapters.asterisk.cdr import Cdr
from callhub.pbx.adapters.asterisk.cel import Cel
from callhub.pbx.adapters.asterisk.queue_log import QueueLog
from callhub.pbx.adapters.base import Adapter, SourceFormat
from callhub.pbx.adapters.table import Table

__all__ = ["Adapter", "SourceFormat", "adapter_for"]

_ALL: dict[SourceFormat, Adapter] = {
    SourceFormat.QUEUE_LOG: QueueLog(),
    SourceFormat.CEL: Cel(),
    SourceFormat.CDR: Cdr(),
    SourceFormat.TABLE: Table(),
}


def adapter_for(source: SourceFormat) -> Adapter:
    """The adapter of a format."""
    return _ALL[source]
