"""The smallest effect that a design of this size could find."""

import math

from graph_service.measures.cohort.estimate import Estimate

POWER, ALPHA = 0.80, 0.05


def minimum_detectable_effect(
    n: int,
    share_treated: float = 0.5,
    *,
    sites: int | None = None,
    icc: float = 0.0,
    r2: float = 0.0,
    r2_sites: float = 0.0,
    power: float = POWER,
    alpha: float = ALPHA,
    blocks: int = 1,
) -> Estimate:
    """Minimum detectable effect, in standard deviations, of a two-arm study.

    Parameters:
        n: learners in both arms.
        share_treated: share of the units of assignment in treatment.
        sites: number of sites when whole sites are assigned; None when learners are.
        icc: share of the outcome's variance between sites.
        r2, r2_sites: share of the variance among learners, among sites, that covariates explain.
        blocks: randomisation blocks, each costs a degree of freedom.

    MDES = (t_{1-alpha/2} + t_{power}) sqrt(V), V = (1 - r2)/(P(1-P) n) for learners and
    icc (1 - r2_sites)/(P(1-P) J) + (1 - icc)(1 - r2)/(P(1-P) n) for J sites.
    Null: `too_few`, `one_arm`. Source: Bloom 1995, 2006; Dong & Maynard 2013.

    >>> round(minimum_detectable_effect(400).value, 3)
    0.281
    """
    from scipy import stats

    method = (
        "minimum detectable effect, learners assigned"
        if sites is None
        else ("minimum detectable effect, sites assigned")
    )
    if not 0 < share_treated < 1:
        return Estimate.null("one_arm", n, method, sites)
    units = n if sites is None else sites
    df = units - 1 - blocks
    if n < 1 or df < 1:
        return Estimate.null("too_few", n, method, sites)
    spread = share_treated * (1 - share_treated)
    if sites is None:
        variance = (1 - r2) / (spread * n)
    else:
        variance = icc * (1 - r2_sites) / (spread * sites) + (1 - icc) * (1 - r2) / (spread * n)
    multiplier = stats.t.ppf(1 - alpha / 2, df) + stats.t.ppf(power, df)
    return Estimate.of(multiplier * math.sqrt(variance), n, method, clusters=sites)
