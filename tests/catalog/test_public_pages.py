"""What holds for every page that anybody may open."""

import re
from html.parser import HTMLParser

import pytest

from catalog.models import Category, Contribution, Contributor
from tests.books import make_edition, make_work

pytestmark = pytest.mark.django_db

PAGES = [
    "/",
    "/books/",
    "/books/?sort=title",
    "/coming-soon/",
    "/books/my-life/",
    "/authors/",
    "/authors/leon-trotsky/",
    "/subjects/",
    "/subjects/memoirs/",
    "/search/",
    "/search/?q=trotsky",
    "/search/?q=nothing",
    "/search/?type=paperback&available=1",
    "/shipping/",
    "/newsletter/",
    "/newsletter/follow/",
    "/newsletter/follow/leon-trotsky/",
    "/account/login/",
    "/account/register/",
    "/basket/",
]
READS = re.compile(r"[\s(]*(SELECT|WITH)\b")
PERSONAL = {"/account/login/", "/account/register/", "/basket/"}
CACHEABLE = [page for page in PAGES if page not in PERSONAL]


@pytest.fixture(autouse=True)
def books():
    work = make_work("My Life")
    work.slug = "my-life"
    work.save()
    person = Contributor.objects.create(
        name="Leon Trotsky", sort_name="Trotsky, Leon", slug="leon-trotsky"
    )
    Contribution.objects.create(work=work, contributor=person)
    work.categories.add(Category.objects.add_root({"name": "Memoirs", "slug": "memoirs"}))
    make_edition(work)


class InlineCode(HTMLParser):
    """Collect every inline style, script and event handler, and what comes from elsewhere."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.found += [
            f"<{tag} {name}>" for name in values if name == "style" or name.startswith("on")
        ]
        is_data = values.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and "src" not in values and not is_data):
            self.found.append(f"<{tag}>")
        loaded = values.get("src") or (tag == "link" and values.get("href")) or ""
        is_own = loaded.startswith("/") or values.get("rel") == "canonical"
        if loaded and not is_own:
            self.found.append(f"<{tag}> from {loaded}")


@pytest.mark.parametrize("path", PAGES)
def test_pages_carry_no_inline_code_and_load_nothing_from_elsewhere(client, path):
    finder = InlineCode()

    response = client.get(path)
    finder.feed(response.text)

    assert (response.status_code, finder.found) == (200, [])


@pytest.mark.parametrize("path", [*CACHEABLE, "/books/feed/", "/authors/leon-trotsky/feed/"])
def test_reading_sets_no_cookie_writes_nothing_and_varies_for_nobody(
    client, path, django_assert_max_num_queries
):
    with django_assert_max_num_queries(20) as asked:
        response = client.get(path)

    written = [query["sql"] for query in asked if not READS.match(query["sql"])]
    assert written == []
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_forbids_what_is_not_ours(client, path):
    policy = client.get(path).headers["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "path",
    [
        "/books/no-such-book/",
        "/books/my-life/scroll/",
        "/authors/nobody/",
        "/authors/nobody/feed/",
        "/subjects/nothing/",
        "/covers/nothing-0123456789.svg",
        "/orders/ABCD-EFGH-JK/forged/",
        "/no/such/page/",
    ],
)
def test_what_does_not_exist_is_said_with_a_search(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert 'role="search"' in response.text


@pytest.mark.parametrize("path", PAGES)
def test_each_page_has_one_title_and_one_main_heading(client, path):
    html = client.get(path).text

    assert html.count("<title>") == 1
    assert html.count("<h1") == 1
