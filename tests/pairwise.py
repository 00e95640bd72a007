"""Few combinations that hold every pair of values of any two factors; all of them under `--full`."""

from collections.abc import Mapping, Sequence
from itertools import combinations, product

Case = tuple[str, ...]
Pair = tuple[tuple[int, str], tuple[int, str]]


def pairs_of(case: Case) -> set[Pair]:
    """Return every two values that stand together in a case, each with the place of its factor."""
    return set(combinations(enumerate(case), 2))


def pairwise(factors: Mapping[str, Sequence[str]]) -> list[Case]:
    """Return cases in which every pair stands at least once: greedily the case with most new pairs, ties in order."""
    everything = list(product(*factors.values()))
    missing = set().union(*map(pairs_of, everything))
    chosen: list[Case] = []
    while missing:
        best = max(everything, key=lambda case: len(pairs_of(case) & missing))
        chosen.append(best)
        missing -= pairs_of(best)
    return chosen


def combinations_of(factors: Mapping[str, Sequence[str]], *, full: bool) -> list[Case]:
    """Return every combination, or the pairwise few."""
    return list(product(*factors.values())) if full else pairwise(factors)
