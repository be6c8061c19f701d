"""What may be shown to everybody: small numbers are suppressed so that nobody can be recognised. Knows nothing of Django."""

from collections.abc import Mapping

TOTAL = "total"  # the period of counts since the beginning
SMALLEST_SHOWN = 5
FEWEST_FOR_SHARE = 30


def suppressed(cells: Mapping[str, int], smallest: int = SMALLEST_SHOWN) -> frozenset[str]:
    """The cells of one row with a known total that must not be shown.

    Cells from 1 to ``smallest`` - 1, and, so that none of them can be found by subtraction, further ones (the smallest
    first) until what is hidden adds up to ``smallest`` or more and at least two cells are hidden. Zero may be shown.
    """
    hidden = {name for name, number in cells.items() if 0 < number < smallest}
    if not hidden:
        return frozenset()
    others = sorted((number, name) for name, number in cells.items() if name not in hidden and number > 0)
    while others and (len(hidden) < 2 or sum(cells[name] for name in hidden) < smallest):
        hidden.add(others.pop(0)[1])
    return frozenset(hidden)
