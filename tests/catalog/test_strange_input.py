"""Nothing that a reader, a crawler or an attacker writes into an address is an error."""

from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog import search
from catalog.models import Category
from tests.books import make_edition, make_work

pytestmark = pytest.mark.django_db

NAMES = ["q", "type", "available", "language", "price", "year", "subject", "author"]
NAMES += ["sort", "after", "before", "page", "letter"]
PATHS = ["/search/", "/search/suggest/", "/books/", "/coming-soon/", "/subjects/history/"]
PATHS += ["/authors/", "/authors/leon/"]
HOSTILE = ["\x00", "'", '"', "%", "\\", "(", "&|!<->:*", "'; DROP TABLE x; --", "\u202e", "ﷺ"]
HOSTILE += [
    "-",
    "--x",
    "0-10",
    "0000s",
    "9999",
    "1e999",
    "NaN",
    "[]",
    "WzAsIk5hTiIsMV0",
    "9" * 40,
]
HOSTILE += ["W251bGwsMSwyXQ", "WzAsIlx1ZDgwMCIsMV0", "٣", "²", "x" * 10_000, "😀" * 300]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))
values = st.one_of(texts.map(lambda text: quote(text, safe="", errors="surrogatepass")))
values |= st.binary(max_size=40).map(quote_from_bytes)
queries = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=5)


@pytest.fixture(autouse=True)
def shop():
    subject = Category.objects.add_root({"name": "History", "slug": "history"})
    work = make_work("History of 'X' & Y", author="Leon")
    work.contributions.get().contributor.__class__.objects.update(slug="leon")
    work.categories.add(subject)
    make_edition(work, language="eng", published_on="2020-01-01")
    search.index_works(work_ids=[work.pk])


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(path=st.sampled_from(PATHS), query=queries)
@example(path="/search/", query=[("q", quote("history")), ("after", "WzAsIjFlOTk5IiwxXQ")])
@example(
    path="/search/",
    query=[("q", "history"), ("before", "WzAsIjAuMSIsOTk5OTk5OTk5OTk5OTk5OTk5OTk5XQ")],
)
@example(path="/books/", query=[("after", "WzAsIjAwMDEtMDEtMDEiLDFd")])
@example(path="/authors/", query=[("letter", "L"), ("after", "9" * 18)])
def test_no_address_is_an_error(client, path, query):
    asked = "&".join(f"{name}={value}" for name, value in query)

    response = client.get(f"{path}?{asked}")

    assert response.status_code in {200, 302}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_asked_is_never_shown_as_code(client, name):
    html = client.get("/search/", {"q": "history", name: "<script>alert(1)</script>"}).text

    assert "<script>alert" not in html


def test_choices_that_are_none_are_left_out(client):
    asked = {"q": "history", "type": "scroll", "price": "0-1", "year": "20", "subject": "none"}

    html = client.get("/search/", asked).text

    assert "1 book<" in html
    assert "Remove all" not in html
