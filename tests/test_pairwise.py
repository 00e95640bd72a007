"""The few combinations that stand for all."""

from itertools import product

from pairwise import combinations_of, pairs_of, pairwise

FACTORS = {"page": ["a", "b", "c", "d"], "size": ["1", "2", "3"], "theme": ["x", "y"], "language": ["en", "es"]}


def test_every_pair_of_values_stands_together_in_some_case() -> None:
    wanted = set().union(*map(pairs_of, product(*FACTORS.values())))

    assert set().union(*map(pairs_of, pairwise(FACTORS))) == wanted


def test_there_are_hardly_more_cases_than_the_two_longest_factors_have_pairs() -> None:
    assert 12 <= len(pairwise(FACTORS)) <= 14


def test_the_full_product_is_every_combination() -> None:
    assert len(combinations_of(FACTORS, full=True)) == 4 * 3 * 2 * 2
