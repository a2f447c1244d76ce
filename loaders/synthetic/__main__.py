"""Print what a generated programme is like: `python -m loaders.synthetic --people 1000 --seed 1`."""

import argparse
import sys
from datetime import date
from time import perf_counter

from loaders.synthetic.figures import figures
from loaders.synthetic.programme import AS_OF, generate


def main(arguments: list[str] | None = None) -> int:
    """Print the figures as a Markdown table, and how long the generation took."""
    parser = argparse.ArgumentParser(prog="python -m loaders.synthetic", description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF)
    given = parser.parse_args(arguments)
    programme = generate(given.people, given.seed, given.as_of)
    print("| topic | figure | value |\n|---|---|---|")
    for topic, what, value in figures(programme):
        print(f"| {topic} | {what} | {value} |")
    begin = perf_counter()
    records: dict[str, int] = {}
    for batch in generate(given.people, given.seed, given.as_of).batches():
        for name, table in batch.items():
            records[name] = records.get(name, 0) + table.num_rows
    print(f"\n{perf_counter() - begin:.1f} s for all tables: ", end="")
    print(", ".join(f"{count:,} {name}" for name, count in records.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
