"""Texts that staff edit as Markdown; what is stored is clean HTML."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from catalog import html, markdown
from catalog.models import Contributor, Product
from tests.books import make_contributor, make_work
from tests.editor import Page

pytestmark = pytest.mark.django_db
PREVIEW = reverse("admin:markdown_preview")
STORED = "<p>A <em>life</em>,\n<b>told</b></p><ul><li>one</li></ul>"


@pytest.fixture
def open_work(admin_client):
    def open_work(work):
        return Page(admin_client, reverse("admin:catalogue_product_change", args=[work.pk]))

    return open_work


@pytest.mark.parametrize(
    "text",
    [
        "<p>An <em>old</em> book, <strong>told anew</strong>.</p>",
        "<p>One line<br>\nand another</p>",
        "<ul>\n<li>One</li>\n<li>Two\n<ol>\n<li>Deep</li>\n</ol>\n</li>\n</ul>",
        "<blockquote>\n<p>Said</p>\n</blockquote>",
        "<h3>Part one</h3>\n<p>Text</p>\n<h4>Chapter</h4>",
        '<p><a href="https://example.org/a_b?c=d&amp;e=f" rel="noopener">here</a></p>',
        "<p>H<sub>2</sub>O, x<sup>2</sup>, <cite>Capital</cite></p>",
        "<p>1. is no list, nor is</p>\n<p># this, or - that, or 2 * 3 * 4, or _x_</p>",
        "<p>Marx &amp; Engels, &amp;amp; written, &lt;b&gt; and [a](b) and `c` and \\</p>",
        "<p>- \N{EM DASH} dash</p>\n<p>+ plus</p>\n<p>&gt; more</p>\n<p>1905) year</p>",
    ],
)
def test_a_stored_text_comes_back_the_same_from_markdown(text):
    assert html.clean(text) == text

    assert markdown.to_html(markdown.from_html(text)) == text


def test_headings_stay_below_those_of_the_page():
    assert markdown.to_html("# A\n\n###### B") == "<h3>A</h3>\n<h4>B</h4>"


@pytest.mark.parametrize(
    "written",
    [
        "Hello <script>alert(1)</script>",
        '<p onclick="alert(1)">Hello</p>',
        "[Hello](javascript:alert(1))",
        "![Hello](https://example.org/x.png)",
    ],
)
def test_nothing_harmful_comes_through(written):
    made = markdown.to_html(written)

    for never in ("<script", "onclick", "<img", 'href="javascript'):
        assert never not in made


def test_a_text_nobody_edited_stays_as_it_is_stored(open_work):
    work = make_work(description=STORED)
    page = open_work(work)
    page["description"] = page["description"].replace("\n", "\r\n")
    page["subtitle"] = "New"

    page.save()

    work.refresh_from_db()
    assert (work.description, work.subtitle) == (STORED, "New")


def test_an_edited_text_is_stored_as_html_and_shown_as_markdown(open_work):
    work = make_work(description=STORED)
    page = open_work(work)
    assert page["description"] == "A *life*,\n**told**\n\n- one"
    page["description"] = "A *new* life\r\n\r\n- two"

    page.save()

    work.refresh_from_db()
    assert work.description == "<p>A <em>new</em> life</p>\n<ul>\n<li>two</li>\n</ul>"
    assert page["description"] == "A *new* life\n\n- two"


def test_what_was_written_is_not_lost_on_an_error(open_work):
    page = open_work(make_work(description=STORED))
    page["description"] = "A *new* life"
    page["title"] = ""

    page.save()

    assert page.errors == {"title": ["This field is required."]}
    assert page["description"] == "A *new* life"


def test_a_biography_is_edited_the_same_way(admin_client):
    person = make_contributor(biography="<p>Born in <em>Yanovka</em></p>")
    url = reverse("admin:catalogue_contributor_change", args=[person.pk])
    page = Page(admin_client, url)
    assert page["biography"] == "Born in *Yanovka*"
    page["biography"] = "Born in **Yanovka**"

    page.save()

    stored = Contributor.objects.get().biography
    assert stored == "<p>Born in <strong>Yanovka</strong></p>"


def test_staff_read_how_a_text_will_look(admin_client):
    shown = admin_client.post(PREVIEW, {"text": "A *life* <script>alert(1)</script>"})

    assert shown.text == "<p>A <em>life</em> </p>"
    assert admin_client.get(PREVIEW).status_code == 405


def test_who_may_not_write_gets_no_preview(client):
    looker = get_user_model().objects.create_user("looker@example.org", "x")
    looker.is_staff = True
    looker.save()
    looker.user_permissions.add(Permission.objects.get(codename="view_product"))
    assert client.post(PREVIEW, {"text": "x"}).status_code == 302

    client.force_login(looker)

    assert client.post(PREVIEW, {"text": "x"}).status_code == 403
    assert not Product.objects.exists()
