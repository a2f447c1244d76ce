"""The forecast of places: from each employer's own history, with an honest interval."""

from datetime import date, timedelta

import numpy as np
import pytest

from graph_service.wbl.forecast import forecast

AS_OF = date(2026, 3, 1)


class Held:
    """The records that a forecast asks for."""

    as_of = AS_OF

    def __init__(self, hosted, sector="healthcare", known=1200):
        self.organizations = {
            str(at): {"kind": "employer", "sector": sector if at % 2 else None} for at in range(len(hosted))
        }
        self.engaged = [{"organization": id, "since": AS_OF - timedelta(days=known)} for id in self.organizations]
        days = [(str(at), back) for at, years in enumerate(hosted) for back, n in enumerate(years) for _ in range(n)]
        self.experiences = {
            str(n): {"host": host, "since": AS_OF - timedelta(days=365 * back + 100), "state": "closed"}
            for n, (host, back) in enumerate(days)
        }

    def rows(self, kind):
        return self.engaged if kind == "engagement" else []


def test_steady_employers_are_expected_to_go_on_within_a_narrow_interval():
    found = forecast(Held([(4, 4, 4)] * 25))[0]
    assert found.expected == pytest.approx(100, rel=0.03) and found.hosted == 100
    assert 80 < found.low < found.expected < found.high < 120


def test_one_good_year_of_one_employer_is_no_promise():
    found = forecast(Held([(30, 0, 0)] + [(0, 0, 0)] * 9))[0]
    assert found.expected < 15 and found.high < 30


def test_the_interval_holds_four_of_five_years_that_follow_the_same_law():
    draws = np.random.default_rng(3)
    inside = 0
    for _ in range(60):
        rates = draws.gamma(1.5, 1.2, 40)
        years = draws.poisson(rates, (4, 40))
        found = forecast(Held([tuple(years[1:, at].tolist()) for at in range(40)]))[0]
        inside += found.low <= years[0].sum() <= found.high
    assert 40 <= inside <= 57


def test_sectors_are_told_apart_and_the_same_records_give_the_same_numbers():
    held = Held([(1, 2, 0)] * 10)
    whole, sector = forecast(held)
    assert (whole.sector, sector.sector, sector.employers) == (None, "healthcare", 5)
    assert forecast(held) == (whole, sector)


def test_without_a_year_of_history_nothing_is_foretold():
    (found,) = forecast(Held([(0, 0, 0)], known=100))
    assert found.expected is None and found.reason == "no_history"
