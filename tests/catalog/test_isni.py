import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from catalog.isni import clean_isni, show_isni
from tests.books import make_contributor


@pytest.mark.parametrize("text", ["0000 0001 2281 955X", "0000-0001-2281-955X"])
def test_an_isni_is_kept_without_spaces_and_hyphens(text):
    assert clean_isni(text) == "000000012281955X"


@pytest.mark.parametrize("text", ["0000 0001 2281 9550", "0000 0001 2281", "nobody"])
def test_an_isni_with_a_wrong_check_digit_or_form_is_refused(text):
    with pytest.raises(ValidationError, match="not a valid ISNI"):
        clean_isni(text)


def test_an_isni_is_shown_in_groups_of_four():
    assert show_isni("000000012281955X") == "0000 0001 2281 955X"


def test_the_database_keeps_two_people_from_one_isni(db):
    make_contributor("Leon Trotsky", isni="000000012281955X")

    with pytest.raises(IntegrityError, match="one_person_an_isni"):
        make_contributor("Somebody else", isni="000000012281955X")


def test_many_people_have_no_isni(db):
    make_contributor("One")

    assert make_contributor("Another").isni == ""


def test_the_database_keeps_out_what_is_no_isni(db):
    with pytest.raises(IntegrityError, match="isni_is_16_characters"):
        make_contributor("Leon Trotsky", isni="123")
