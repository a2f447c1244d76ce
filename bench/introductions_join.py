"""Candidates and score of introductions in DuckDB and in Polars: the same joins, gates and terms as ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from graph_service.introductions.choices import TERMS
from graph_service.introductions.recommend import Field
from graph_service.introductions.search import Found

Tables = dict[str, dict[str, np.ndarray]]

SQL = """
WITH reached AS (
    SELECT near.i AS i, far.j AS j, exp(sum(ln(1 - near.lead * far.f))) AS miss,
           arg_max(least(near.f, far.f), near.lead * far.f) AS weakest
    FROM near JOIN far ON near.c = far.c
    GROUP BY near.i, far.j
), candidate AS (
    SELECT i, j, weakest, target.r * (1 - miss) AS p, target.top AS top, target.sector AS sector,
           target.occupation AS occupation, target.tier AS tier, target.strong AS strong, learner.goals AS goals,
           learner.strength AS strength, learner.redundancy AS redundancy, learner.degree AS degree
    FROM reached JOIN learner USING (i) JOIN target USING (j)
    WHERE (NOT learner.minor OR target.cleared)
      AND CASE WHEN target.employer THEN learner.to_employers ELSE learner.to_mentors END
      AND (learner.languages = 0 OR target.languages = 0 OR learner.languages & target.languages <> 0)
      AND (learner.modes = 0 OR target.modes = 0 OR learner.modes & target.modes <> 0)
      AND i <> j
      AND NOT EXISTS (SELECT 1 FROM known WHERE known.i = reached.i AND known.j = reached.j)
), mutual AS (
    SELECT c.i AS i, c.j AS j, count(*) AS shared,
           sum(other.w * (own.w / greatest(c.top, new_tie) + new_tie / q.top)) AS back
    FROM setting CROSS JOIN candidate c
    JOIN tie own ON own.a = c.i JOIN tie other ON other.a = c.j AND other.b = own.b
    JOIN target q ON q.j = own.b
    GROUP BY c.i, c.j
), contact AS (
    SELECT tie.a AS i, q.sector AS sector, q.occupation AS occupation, q.tier AS tier
    FROM tie JOIN learner ON learner.i = tie.a JOIN target q ON q.j = tie.b
), by_sector AS (
    SELECT i, sector, count(*) AS n FROM contact WHERE sector >= 0 GROUP BY i, sector
), variety AS (
    SELECT i, sum(n) AS known, sum(n * n) AS squares FROM by_sector GROUP BY i
), highest AS (
    SELECT i, max(tier) AS tier FROM contact GROUP BY i
), occupied AS (
    SELECT DISTINCT i, occupation FROM contact WHERE occupation >= 0
), place AS (
    SELECT learner.i AS i, employer.o AS o FROM learner JOIN employer ON employer.a = learner.i
    UNION
    SELECT tie.a AS i, employer.o AS o FROM tie JOIN learner ON learner.i = tie.a JOIN employer ON employer.a = tie.b
), opened AS (
    SELECT c.i AS i, c.j AS j, count(*) AS n
    FROM candidate c JOIN employer ON employer.a = c.j
    WHERE NOT EXISTS (SELECT 1 FROM place WHERE place.i = c.i AND place.o = employer.o)
    GROUP BY c.i, c.j
), term AS (
    SELECT c.*, coalesce(m.shared, 0) AS shared, by_sector.n IS NULL AND c.sector >= 0 AS new_sector,
      greatest(0, least(1, c.degree + 1 - (c.redundancy + coalesce(m.back, 0)) / (c.strength + new_tie)
        - CASE WHEN c.degree > 0 THEN c.degree - c.redundancy / c.strength ELSE 0 END)) AS t0,
      CASE WHEN c.sector >= 0 THEN greatest(0, least(1, sectors / (sectors - 1) * (
        1 - (coalesce(v.squares, 0) + 2 * coalesce(by_sector.n, 0) + 1) / power(coalesce(v.known, 0) + 1, 2)
        - CASE WHEN v.known > 0 THEN 1 - v.squares / (v.known * v.known) ELSE 0 END))) ELSE 0 END AS t1,
      CASE WHEN c.occupation >= 0 AND occupied.i IS NULL THEN 1 ELSE 0 END AS t2,
      least(1, coalesce(opened.n, 0) / 3.0) AS t3,
      CASE WHEN c.tier > coalesce(highest.tier, 0) THEN 1 ELSE 0 END AS t4,
      CASE WHEN c.sector >= 0 AND (c.goals >> greatest(c.sector, 0)) & 1 = 1 THEN 1 ELSE 0 END AS t5
    FROM setting CROSS JOIN candidate c
    LEFT JOIN mutual m USING (i, j) LEFT JOIN opened USING (i, j) LEFT JOIN variety v USING (i)
    LEFT JOIN highest USING (i)
    LEFT JOIN by_sector ON by_sector.i = c.i AND by_sector.sector = c.sector
    LEFT JOIN occupied ON occupied.i = c.i AND occupied.occupation = c.occupation
), scored AS (
    SELECT i, j, p, new_sector, tier, goals,
      p * (w0*t0 + w1*t1 + w2*t2 + w3*t3 + w4*t4 + CASE WHEN goals <> 0 THEN w5*t5 ELSE 0 END)
        / (w0 + w1 + w2 + w3 + w4 + CASE WHEN goals <> 0 THEN w5 ELSE 0 END)
        * CASE WHEN shared > most_mutual THEN most_mutual / shared ELSE 1 END
        * CASE WHEN strong THEN (1 + weakest) / 2 ELSE 1 END AS score,
      CASE WHEN goals = 0 THEN new_sector::INT + (tier = 1)::INT ELSE 0 END AS first
    FROM term CROSS JOIN setting
), ranked AS (
    SELECT i, j, p, score, row_number() OVER (PARTITION BY i ORDER BY first DESC, score DESC, j) AS place
    FROM scored WHERE score > 0
)
SELECT i, j, p, score, place FROM ranked WHERE place <= 5
"""


def inputs(field: Field, rows: np.ndarray) -> Tables:
    """The tables that both engines get, gates of single people already applied."""
    first, second, rules, ways, network = field.paths.first, field.paths.second, field.rules, field.ways, field.network
    scales, n = field.scales, len(field.snapshot)
    ego, everyone = np.repeat(np.arange(n), np.diff(first.ptr)), np.arange(n)
    asked = np.zeros(n, bool)
    asked[rows] = True
    keep = (first.bits == 0) & asked[ego] & (rules.learner[ego] == 0)
    lead = ways.availability[first.who] * first.familiarity
    c = np.repeat(everyone, np.diff(second.ptr))
    passes = (rules.adult[second.who] == 0) & (second.bits == 0)
    tied = field.paths.tied
    pairs = [np.repeat(everyone, np.diff(tied.indptr)) * n + tied.indices, ego * n + first.who]
    known = np.unique(np.concatenate([*pairs, rules.blocked, rules.cooldown, rules.in_flight]))
    known = known[asked[known // n]]
    strong = np.append(scales.strong_sector, False)[network.sector]
    setting = {f"w{k}": scales.lift[k] for k in range(len(TERMS))}
    setting |= {"new_tie": scales.new_tie, "most_mutual": scales.mutual, "sectors": float(scales.sectors)}
    return {
        "near": {"i": ego[keep], "c": first.who[keep], "lead": lead[keep], "f": first.familiarity[keep]},
        "far": {"c": c[passes], "j": second.who[passes], "f": second.familiarity[passes]},
        "known": {"i": known // n, "j": known % n},
        "tie": {
            "a": np.repeat(everyone, np.diff(network.indptr)), "b": network.indices.astype(np.int64),
            "w": network.weights,
        },
        "employer": {"a": np.repeat(everyone, np.diff(network.employer_ptr)), "o": network.employers},
        "learner": {
            "i": rows, "minor": rules.minor[rows], "to_mentors": rules.consents[0][rows] > 0,
            "to_employers": rules.consents[1][rows] > 0, "languages": rules.languages[rows], "modes": rules.modes[rows],
            "goals": network.goals[rows], "strength": network.strength[rows], "redundancy": network.redundancy[rows],
            "degree": np.diff(network.indptr)[rows].astype(np.int64),
        },
        "target": {
            "j": everyone, "r": ways.response, "cleared": rules.cleared, "employer": rules.audience > 0,
            "languages": rules.languages, "modes": rules.modes, "top": network.top, "sector": network.sector,
            "occupation": network.occupation, "tier": network.tier, "strong": strong,
        },
        "setting": {name: np.array([value]) for name, value in setting.items()},
    }  # fmt: skip


def duckdb(tables: Tables) -> Callable[[], Any]:
    """The whole as one query of DuckDB on tables in its own form."""
    import duckdb as engine
    import pyarrow as pa

    db = engine.connect(config={"threads": 1})
    for name, columns in tables.items():
        db.register("given", pa.table(columns))
        db.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        db.unregister("given")

    def run() -> dict[str, np.ndarray]:
        found: dict[str, np.ndarray] = db.execute(SQL).fetchnumpy()
        return found

    return run


def polars(tables: Tables) -> Callable[[], Any]:
    """The same with lazy frames of Polars."""
    import polars as pl

    setting = {name: float(column[0]) for name, column in tables["setting"].items()}
    frames = {name: pl.DataFrame(columns).lazy() for name, columns in tables.items()}
    col, when, tie, learner, target = pl.col, pl.when, frames["tie"], frames["learner"], frames["target"]
    new_tie, sectors, weights = setting["new_tie"], setting["sectors"], [setting[f"w{k}"] for k in range(len(TERMS))]

    def candidates() -> Any:
        p = col("lead") * col("f_right")
        weakest = pl.min_horizontal("f", "f_right").sort_by(p).last()
        either = (col("languages") == 0) | (col("languages_right") == 0)
        modes = (col("modes") == 0) | (col("modes_right") == 0)
        return (
            frames["near"]
            .join(frames["far"], on="c")
            .group_by("i", "j")
            .agg((1 - p).product().alias("miss"), weakest.alias("weakest"))
            .join(learner, on="i")
            .join(target, on="j")
            .filter(
                (~col("minor") | col("cleared"))
                & when(col("employer")).then(col("to_employers")).otherwise(col("to_mentors"))
                & (either | (col("languages") & col("languages_right") != 0))
                & (modes | (col("modes") & col("modes_right") != 0))
                & (col("i") != col("j"))
            )
            .join(frames["known"], on=["i", "j"], how="anti")
            .with_columns(p=col("r") * (1 - col("miss")))
        )

    def run() -> dict[str, np.ndarray]:
        c = candidates().collect().lazy()
        about = target.select("j", "top", "sector", "occupation", "tier")
        contact = tie.join(learner.select("i"), left_on="a", right_on="i").join(about, left_on="b", right_on="j")
        contact = contact.rename({"a": "i"})
        by_sector = contact.filter(col("sector") >= 0).group_by("i", "sector").agg(pl.len().alias("n"))
        n = col("n").cast(pl.Float64)
        variety = by_sector.group_by("i").agg(n.sum().alias("known"), (n * n).sum().alias("squares"))
        highest = contact.group_by("i").agg(col("tier").max().alias("highest"))
        occupied = contact.filter(col("occupation") >= 0).select("i", "occupation", had=pl.lit(True)).unique()
        mutual = (
            c.select("i", "j", heaviest=pl.max_horizontal("top", pl.lit(new_tie)))
            .join(tie, left_on="i", right_on="a")
            .join(tie, left_on=["j", "b"], right_on=["a", "b"])
            .join(target.select("j", "top"), left_on="b", right_on="j")
            .group_by("i", "j")
            .agg(
                pl.len().alias("both"),
                (col("w_right") * (col("w") / col("heaviest") + new_tie / col("top"))).sum().alias("back"),
            )
        )
        employer, mine = frames["employer"], learner.select("i")
        places = pl.concat(
            [
                mine.join(employer, left_on="i", right_on="a").select("i", "o"),
                tie.join(mine, left_on="a", right_on="i")
                .join(employer, left_on="b", right_on="a")
                .select(i="a", o="o"),
            ]
        ).unique()
        opened = (
            (c.select("i", "j").join(employer, left_on="j", right_on="a").join(places, on=["i", "o"], how="anti"))
            .group_by("i", "j")
            .agg(pl.len().alias("opened"))
        )
        known, squares = col("known").fill_null(0.0), col("squares").fill_null(0.0)
        before = when(known > 0).then(1 - squares / (known * known)).otherwise(0.0)
        after = 1 - (squares + 2 * col("n").fill_null(0) + 1) / ((known + 1) ** 2)
        size_before = when(col("degree") > 0).then(col("degree") - col("redundancy") / col("strength")).otherwise(0.0)
        size_after = col("degree") + 1 - (col("redundancy") + col("back").fill_null(0.0)) / (col("strength") + new_tie)
        fits = (col("goals") // (2 ** pl.max_horizontal("sector", pl.lit(0)))) % 2 == 1
        aimed = col("goals") != 0
        both = col("both").fill_null(0)
        terms = [
            (size_after - size_before).clip(0, 1),
            when(col("sector") >= 0).then((sectors / (sectors - 1) * (after - before)).clip(0, 1)).otherwise(0.0),
            ((col("occupation") >= 0) & col("had").is_null()).cast(pl.Float64),
            (col("opened").fill_null(0) / 3.0).clip(0, 1),
            (col("tier") > col("highest").fill_null(0)).cast(pl.Float64),
            ((col("sector") >= 0) & fits & aimed).cast(pl.Float64),
        ]
        total = sum(weights[:5]) + when(aimed).then(weights[5]).otherwise(0.0)
        lift = sum((w * term for w, term in zip(weights, terms, strict=True)), start=pl.lit(0.0)) / total
        discount = when(both > setting["most_mutual"]).then(setting["most_mutual"] / both).otherwise(1.0)
        discount = discount * when(col("strong")).then((1 + col("weakest")) / 2).otherwise(1.0)
        fresh = ((col("sector") >= 0) & col("n").is_null()).cast(pl.Int64) + (col("tier") == 1).cast(pl.Int64)
        asked = (
            c.join(mutual, on=["i", "j"], how="left")
            .join(opened, on=["i", "j"], how="left")
            .join(variety, on="i", how="left")
            .join(highest, on="i", how="left")
            .join(by_sector, on=["i", "sector"], how="left")
            .join(occupied, on=["i", "occupation"], how="left")
            .select("i", "j", "p", score=col("p") * lift * discount, first=when(aimed).then(0).otherwise(fresh))
            .filter(col("score") > 0)
            .sort("i", "first", "score", "j", descending=[False, True, True, False])
            .with_columns(place=pl.int_range(1, pl.len() + 1).over("i"))
            .filter(col("place") <= 5)
            .collect()
        )
        return {name: asked[name].to_numpy() for name in ("i", "j", "p", "score", "place")}

    return run


def agrees(found: Found, theirs: dict[str, np.ndarray]) -> bool:
    """The same lists, with the same probabilities and scores to nine digits."""
    row, place = np.nonzero(found.target >= 0)
    order = np.lexsort((np.asarray(theirs["place"]), np.asarray(theirs["i"])))
    ours = np.lexsort((place, found.rows[row]))
    row, place = row[ours], place[ours]
    if len(order) != len(row):
        return False
    given = {name: np.asarray(theirs[name])[order] for name in ("i", "j", "p", "score")}
    same = np.array_equal(given["i"], found.rows[row]) and np.allclose(
        given["score"], found.score[row, place], rtol=1e-9, atol=1e-12
    )
    # Of two with scores equal to the last digits either may stand first.
    listed = given["j"] == found.target[row, place]
    near = np.allclose(given["p"][listed], found.probability[row, place][listed], rtol=1e-9)
    return bool(same and near and listed.mean() > 0.999)
