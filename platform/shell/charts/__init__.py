"""Charts drawn on the server from plain values: `from shell.charts import columns, Column`.

Headings are conclusions and stand outside (`shell/chart.html`); every drawing has its table and CSV beside it.
"""

from shell.charts.columns import Column, columns
from shell.charts.lines import Series, lines
from shell.charts.sparkline import sparkline
from shell.charts.tables import Bar, bars, data_table, heat, key
from shell.charts.timeline import Lane, Span, timeline

__all__ = [
    "Bar",
    "Column",
    "Lane",
    "Series",
    "Span",
    "bars",
    "columns",
    "data_table",
    "heat",
    "key",
    "lines",
    "sparkline",
    "timeline",
]
