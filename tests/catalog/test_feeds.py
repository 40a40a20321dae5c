"""New books in a feed reader."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from django.core.files.base import ContentFile
from lxml import etree
from PIL import Image

from catalog.models import Contribution, Product, ProductImage
from tests.books import make_contributor, make_edition, make_work

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}
TODAY = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def first_of_may():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def announce(title, *, out=None, announced="2026-04-01", **fields):
    """Make a work that readers see, announced on a day and out on another, or not yet."""
    work = make_work(title, **fields)
    status = "on_sale" if out else "forthcoming"
    make_edition(work, published_on=out, status=status)
    made = datetime.fromisoformat(announced).replace(tzinfo=UTC)
    Product.objects.filter(pk=work.pk).update(date_created=made)
    return work


def picture():
    file = BytesIO()
    Image.new("RGB", (40, 60), "maroon").save(file, "JPEG")
    return ContentFile(file.getvalue(), "cover.jpg")


@pytest.fixture
def feed(client):
    """Return what finds texts in a feed by XPath."""

    def read(path="/books/feed/"):
        response = client.get(path)
        assert response.status_code == 200
        assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
        return lambda query: etree.fromstring(response.content).xpath(query, namespaces=ATOM)

    return read


def test_the_newest_book_comes_first_by_the_day_it_came_out_or_was_announced(feed):
    announce("Out in March", out=date(2026, 3, 1), announced="2026-01-01")
    announce("Announced in April", announced="2026-04-20")
    announce("Out today", out=date(2026, 5, 1), announced="2026-01-01")
    announce("Dated next month", out=date(2026, 6, 1), announced="2026-02-02")
    announce("Backlist", out=date(1930, 1, 1), announced="2026-04-30")

    found = feed()

    assert found("//a:entry/a:title/text()") == [
        "Out today",
        "Announced in April",
        "Out in March",
        "Dated next month",
        "Backlist",
    ]
    assert [when[:10] for when in found("//a:entry/a:updated/text()")] == [
        "2026-05-01",
        "2026-04-20",
        "2026-03-01",
        "2026-02-02",
        "1930-01-01",
    ]
    assert [when[:10] for when in found("//a:entry/a:published/text()")] == [
        "2026-01-01",
        "2026-04-20",
        "2026-01-01",
        "2026-02-02",
        "1930-01-01",
    ]
    assert found("string(/a:feed/a:updated)").startswith("2026-05-01")


def test_an_entry_tells_the_book(feed):
    trotsky, eastman = make_contributor("Leon Trotsky"), make_contributor("Max Eastman")
    text = "A <em>life</em>.<script>alert(1)</script>"
    work = announce("My Life & Times", author=trotsky, short_description=text)
    Contribution.objects.create(work=work, contributor=eastman, role="B06", position=1)
    Contribution.objects.create(work=work, contributor=trotsky, role="A24", position=2)

    found = feed()

    shop = "http://testserver"
    assert found("string(//a:entry/a:title)") == "My Life & Times"
    assert found("string(//a:entry/a:link/@href)") == shop + work.get_absolute_url()
    assert found("//a:entry/a:author/a:name/text()") == ["Leon Trotsky"]
    assert found("//a:entry/a:author/a:uri/text()") == [shop + trotsky.get_absolute_url()]
    assert found("//a:entry/a:contributor/a:name/text()") == ["Max Eastman"]
    assert found("string(//a:entry/a:summary[@type='html'])") == (
        "<p>Leon Trotsky, translated by Max Eastman</p><p>A <em>life</em>.</p>"
    )


def test_an_entry_stays_the_same_when_the_address_changes(feed):
    work = announce("My Life")
    before = feed()("string(//a:entry/a:id)")

    Product.objects.filter(pk=work.pk).update(slug="another", title="Another")

    assert feed()("string(//a:entry/a:id)") == before
    assert before.startswith("tag:testserver,2026-04-01:")


def test_only_a_real_picture_is_enclosed(feed):
    ProductImage.objects.create(product=announce("With a picture"), original=picture())
    announce("Drawn")

    enclosures = feed()("//a:entry[a:link[@rel='enclosure']]")

    (entry,) = enclosures
    link = entry.find("a:link[@rel='enclosure']", ATOM)
    assert entry.findtext("a:title", namespaces=ATOM) == "With a picture"
    assert link.get("href").startswith("http://testserver/media/covers/")
    assert link.get("type") == "image/jpeg"


def test_what_readers_may_not_see_is_not_told(feed):
    announce("Shown")
    announce("Hidden", is_public=False)
    make_work("Without an edition")

    assert feed()("//a:entry/a:title/text()") == ["Shown"]


def test_an_author_has_a_feed_with_each_book_they_had_a_part_in(feed):
    eastman = make_contributor("Max Eastman")
    announce("Written", author=eastman)
    translated = announce("Translated", author="Leon Trotsky")
    Contribution.objects.create(work=translated, contributor=eastman, role="B06", position=1)
    announce("By somebody else", author="Rosa Luxemburg")

    found = feed(f"{eastman.get_absolute_url()}feed/")

    assert set(found("//a:entry/a:title/text()")) == {"Written", "Translated"}
    assert found("string(/a:feed/a:title)") == "Books by Max Eastman | Meridian Press"


def test_an_author_without_books_has_an_empty_feed(feed):
    found = feed(f"{make_contributor('Silent').get_absolute_url()}feed/")

    assert found("count(//a:entry)") == 0
    assert found("string(/a:feed/a:updated)") == "2000-01-01T00:00:00+00:00"


def test_a_control_character_in_a_title_breaks_no_feed(feed):
    announce("My\x0bLife", short_description="a\x0cb")

    assert feed()("string(//a:entry/a:title)") == "MyLife"


def test_a_feed_has_fifty_entries_at_most(feed):
    for number in range(51):
        announce(f"Number {number}")

    assert feed()("count(//a:entry)") == 50


@pytest.mark.parametrize("books", [1, 20])
@pytest.mark.parametrize("path", ["/books/feed/", "/authors/{slug}/feed/"])
def test_a_feed_costs_the_same_however_many_books(
    client, books, path, django_assert_num_queries
):
    author = make_contributor()
    for number in range(books):
        announce(f"Number {number}", author=author)

    with django_assert_num_queries(4 if "slug" in path else 3):
        client.get(path.format(slug=author.slug))


def test_who_has_the_newest_feed_is_told_so(client):
    announce("My Life")
    first = client.get("/books/feed/")

    again = client.get("/books/feed/", headers={"if-none-match": first["ETag"]})
    announce("The Revolution Betrayed")
    changed = client.get("/books/feed/", headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


def test_pages_lead_to_their_feeds(client):
    author = make_contributor()
    feed = f"{author.get_absolute_url()}feed/"

    for page, path in [("/books/", "/books/feed/"), (author.get_absolute_url(), feed)]:
        html = client.get(page).text
        assert f'href="{path}">' in html.split("<body")[0]
        assert f'<a href="{path}">' in html.split("<main")[1]
