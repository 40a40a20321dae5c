"""Drawn covers, for books without a picture."""

import re
from xml.etree import ElementTree

import pytest

from catalog import covers
from catalog.models import Product
from tests.books import make_edition, make_work

pytestmark = pytest.mark.django_db

TITLES = [
    "1905",
    "My Life",
    "The Origin of the Family, Private Property and the State",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "A" * 255,
    "<&>\"'",
    "The Mass Strike, the Political Party and the Trade Unions, and a Good Deal More Besides",
]


def loaded(work):
    return Product.objects.for_cards().get(pk=work.pk)


def drawn(title):
    work = make_work(title, author="Leon Trotsky")
    return covers.draw(loaded(work))


@pytest.mark.parametrize("title", TITLES)
def test_every_title_is_drawn_whole_and_inside_the_cover(title):
    root = ElementTree.fromstring(drawn(title))

    texts = list(root.iter("{http://www.w3.org/2000/svg}text"))
    whole = "".join(text.text for text in texts).replace(" ", "")
    assert title.replace(" ", "") in whole
    for text in texts:
        assert 0 < float(text.get("y")) < covers.HEIGHT


def test_the_people_stand_on_the_cover():
    assert "Leon Trotsky" in drawn("My Life")


def test_a_cover_is_served_for_ever_under_an_address_that_changes_with_it(client):
    work = make_edition(make_work("My Life", author="Leon Trotsky")).parent
    before = covers.cover_of(loaded(work)).url
    work.title = "Mein Leben"
    work.save()
    after = covers.cover_of(loaded(work)).url

    response = client.get(after)

    assert before != after
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "immutable" in response.headers["Cache-Control"]
    assert "Mein" in response.text


def contrast(one, other):
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        light = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]

    bright, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("cloth", "ink"), covers.CLOTHS)
def test_every_cloth_can_be_read(cloth, ink):
    full = re.compile(r"#(.)(.)(.)$")
    cloth, ink = (full.sub(r"#\1\1\2\2\3\3", colour) for colour in (cloth, ink))

    assert contrast(cloth, ink) >= 7
