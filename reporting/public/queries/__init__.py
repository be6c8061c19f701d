"""What the public pages read: published counts, published months and the register of municipalities, nothing else."""

from reporting.public.queries.boards import (
    PublicBoard,
    PublicMonth,
    PublicOutcome,
    PublicTown,
    is_publication_behind,
    public_board,
)
from reporting.public.queries.editions import (
    latest_corrections,
    latest_editions,
    latest_publication_at,
    months_due,
    said_by,
)
from reporting.public.queries.towns import (
    MonthTold,
    Similar,
    TownSite,
    all_months,
    said_by_all,
    shown_schemas,
    similar_towns,
    town_site,
)

__all__ = [
    "MonthTold",
    "PublicBoard",
    "PublicMonth",
    "PublicOutcome",
    "PublicTown",
    "Similar",
    "TownSite",
    "all_months",
    "is_publication_behind",
    "latest_corrections",
    "latest_editions",
    "latest_publication_at",
    "months_due",
    "public_board",
    "said_by",
    "said_by_all",
    "shown_schemas",
    "similar_towns",
    "town_site",
]
