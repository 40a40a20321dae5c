"""Weights as readers weigh."""

import pytest

from shipping import weights


@pytest.mark.parametrize(
    ("grams", "american", "metric"),
    [
        (680, "1.5 lbs (680 g)", "680 g"),
        (454, "1 lb (454 g)", "454 g"),
        (250, "0.55 lbs (250 g)", "250 g"),
        (1000, "2.2 lbs (1 kg)", "1 kg"),
        (1250, "2.76 lbs (1.25 kg)", "1.25 kg"),
        (10_000, "22.05 lbs (10 kg)", "10 kg"),
    ],
)
def test_pounds_come_first_in_the_united_states(grams, american, metric):
    assert weights.in_words(grams=grams, country_code="US") == american
    assert weights.in_words(grams=grams, country_code="GB") == metric


def test_the_page_of_a_book_names_both_units_the_readers_own_first():
    assert weights.in_both(grams=680, country_code="US") == "1.5 lbs (680 g)"
    assert weights.in_both(grams=680, country_code="GB") == "680 g (1.5 lbs)"
    assert weights.in_both(grams=1200, country_code="DE") == "1.2 kg (2.65 lbs)"
