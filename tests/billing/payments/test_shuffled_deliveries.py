"""T59: whatever order events come in, however often and however late, we know what Stripe knows, and nothing is done twice."""

from fixtures.stripe_year import live_a_year


def test_a_thousand_deliveries_of_a_year_end_where_stripe_ended(double, asked):
    year = live_a_year(double, asked, subscriptions=30)
    assert year.deliveries >= 1_000
    assert year.genuine_taken == year.events * 3
    assert (year.forged_refused, year.forged > 40) == (year.forged, True)
    assert year.unlike == []
    assert year.done_twice == 0
    assert {"active", "unpaid", "canceled"} <= set(year.standings)  # it was no year without incident
    assert sum(year.standings.values()) == 30
