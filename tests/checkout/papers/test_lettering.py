"""Text before it is set."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from checkout.papers.lettering import breakable, clean, spelt


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("  My \t\n Life ", "My Life"),
        ("My\x00Life\x7f", "My Life"),
        ("a\u202eb\u2066c\u200e", "abc"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
        ("\ue000\ud800\U000e0001", ""),
        ("e\u0301", "\u00e9"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_only_letters_and_signs_are_left(odd, plain):
    assert clean(odd) == plain


@given(some.text())
def test_clean_text_has_no_controls_and_stays_as_it_is(text):
    once = clean(text)

    assert clean(once) == once
    assert not {unicodedata.category(character) for character in once} & {"Cc", "Cs", "Co"}


@given(some.text())
def test_breaking_loses_nothing(text):
    plain = text.replace("\u200b", "")

    assert breakable(plain).replace("\u200b", "") == plain


def test_only_a_very_long_word_may_be_broken():
    assert breakable("Leon Trotsky") == "Leon Trotsky"
    assert breakable("a" * 25) == "\u200b".join("a" * 25)


def test_a_mark_is_not_broken_off_its_letter():
    assert breakable("x" * 25 + "\u0323x").endswith("x\u0323\u200bx")


def test_only_the_words_that_cannot_be_set_are_spelt():
    assert spelt("Ёлка ёж", can_be_set=lambda word: word == "ёж") == "Elka ёж"


def test_a_word_that_cannot_be_spelt_leaves_a_sign():
    assert spelt("a \u0301", can_be_set=str.isascii) == "a ?"
