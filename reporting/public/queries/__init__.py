"""What the public pages read: published counts, published months and the register of municipalities, nothing else."""

from reporting.public.queries.boards import (
    PublicBoard,
    PublicMonth,
    PublicOutcome,
    PublicTown,
    is_publication_behind,
    public_board,
)
from reporting.public.queries.editions import latest_editions, months_due, said_by, said_of_month
from reporting.public.queries.towns import (
    MonthTold,
    Similar,
    TownSite,
    all_months,
    said_by_all,
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
    "latest_editions",
    "months_due",
    "public_board",
    "said_by",
    "said_by_all",
    "said_of_month",
    "similar_towns",
    "town_site",
]
