"""Covers come from a folder or an allowed host, after the work; a bad one stops nothing."""

import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from catalog import pictures
from catalog.covers import cover_of
from catalog.models import ImportCover, ImportRun, Product, ProductImage
from catalog.onix import covers, runs
from catalog.onix.fetching import Fetcher, NotFetched
from catalog.onix.importer import load_run
from tests.catalog.onix.messages import isbn, load, message, product, related_product
from tests.catalog.onix.picture_host import picture

pytestmark = pytest.mark.django_db

BOOK = isbn(1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "covers"
    path.mkdir()
    return path


def resource(link, *, content="01", mode="03"):
    return (
        f"<SupportingResource><ResourceContentType>{content}</ResourceContentType>"
        f"<ContentAudience>00</ContentAudience><ResourceMode>{mode}</ResourceMode>"
        "<ResourceVersion><ResourceForm>02</ResourceForm>"
        f"<ResourceLink>{link}</ResourceLink></ResourceVersion></SupportingResource>"
    )


def shown(number=BOOK):
    work = Product.objects.get(upc=number).parent
    return cover_of(Product.objects.for_cards().get(pk=work.pk))


@pytest.mark.parametrize(
    ("name", "collateral"),
    [
        (f"{BOOK}.jpg", ""),
        (f"{BOOK}.JPEG", ""),
        ("front.jpg", resource("https://nobody.example/a/front.jpg?x=1")),
        ("front cover.jpg", resource("front%20cover.jpg")),
    ],
    ids=["by ISBN", "by ISBN, in capitals", "by the link's name", "by a bare name"],
)
def test_a_cover_is_found_in_the_folder(folder, name, collateral):
    (folder / name).write_bytes(picture(size=(600, 900)))

    report = load(message(product(BOOK, collateral=collateral)), covers_folder=str(folder))

    cover = shown()
    assert (cover.width, cover.height, report.covers_new) == (600, 900, 1)
    assert cover.url.endswith(f"{BOOK}.jpg")
    assert cover.srcset
    assert default_storage.exists(ProductImage.objects.get().original.name)


def test_the_first_edition_of_a_work_with_a_cover_gives_it(folder):
    (folder / f"{isbn(2)}.png").write_bytes(picture(form="PNG"))
    books = [product(BOOK, related=related_product(isbn(2))), product(isbn(2), form="BB")]

    report = load(message(*books), covers_folder=str(folder))

    assert (report.covers_new, ProductImage.objects.count()) == (1, 1)


BAD = {
    "no picture": (b"GIF89a nonsense", "not a picture"),
    "cut short": (picture(size=(600, 900))[:900], "damaged|not a picture"),
    "of another kind": (picture(form="GIF"), "GIF file"),
    "empty": (b"", "empty"),
}


@pytest.mark.parametrize(("content", "reason"), BAD.values(), ids=BAD)
def test_a_bad_cover_is_reported_and_the_book_is_there(folder, content, reason):
    (folder / f"{BOOK}.jpg").write_bytes(content)
    (folder / f"{isbn(2)}.jpg").write_bytes(picture())
    books = message(product(BOOK), product(isbn(2), title="Capital"))

    report = load(books, covers_folder=str(folder))

    assert (report.new, report.covers_new, report.covers_failed) == (2, 1, 1)
    assert [(line.reference, line.line) for line in report.covers] == [(BOOK, 3)]
    assert re.search(reason, report.covers[0].text)
    assert shown().srcset == ""


def test_too_many_pixels_or_bytes_are_refused(folder, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    (folder / f"{BOOK}.jpg").write_bytes(picture())

    report = load(message(product(BOOK)), covers_folder=str(folder))

    assert "too many pixels" in report.covers[0].text


def test_the_same_covers_again_change_nothing(folder):
    (folder / f"{BOOK}.jpg").write_bytes(picture())
    load(message(product(BOOK)), covers_folder=str(folder))
    before = list(ProductImage.objects.values_list())

    report = load(message(product(BOOK)), covers_folder=str(folder))

    assert (report.covers_new, list(ProductImage.objects.values_list())) == (0, before)


def test_a_new_file_replaces_a_cover_that_an_import_brought(folder):
    (folder / f"{BOOK}.jpg").write_bytes(picture())
    load(message(product(BOOK)), covers_folder=str(folder))
    old = ProductImage.objects.get().original.name
    (folder / f"{BOOK}.jpg").write_bytes(picture("blue", size=(90, 90)))

    load(message(product(BOOK)), covers_folder=str(folder))

    image = ProductImage.objects.get()
    assert (image.width, image.height) == (90, 90)
    assert not default_storage.exists(old) or image.original.name == old


def test_a_cover_that_staff_put_there_stays(folder):
    load(message(product(BOOK)))
    work = Product.objects.get(structure="parent")
    upload = SimpleUploadedFile("own.jpg", picture("green", size=(30, 40)))
    ProductImage.objects.create(product=work, original=upload)
    (folder / f"{BOOK}.jpg").write_bytes(picture())

    report = load(message(product(BOOK)), covers_folder=str(folder))

    assert (report.covers_new, ProductImage.objects.get().width) == (0, 30)


class Asked:
    """Stands where the network begins: gives out pictures, and counts."""

    def __init__(self, answers):
        self.answers = answers
        self.links = []

    def fetch(self, link):
        self.links.append(link)
        answer = self.answers.get(link)
        if answer is None:
            message = "the answer is 404 Not Found"
            raise NotFetched(message)
        return answer


@pytest.fixture
def network(monkeypatch, settings):
    settings.ONIX_COVER_HOSTS = ["covers.example"]
    asked = Asked({"https://covers.example/1.jpg": picture()})
    monkeypatch.setattr(Fetcher, "fetch", lambda fetcher, link: asked.fetch(link))
    return asked


def test_a_cover_is_fetched_from_an_allowed_host_once(network):
    books = message(product(BOOK, collateral=resource("https://covers.example/1.jpg")))

    load(books)
    report = load(books)

    assert network.links == ["https://covers.example/1.jpg"]
    assert (report.covers_new, shown().width) == (0, 60)


@pytest.mark.parametrize("end", ["%2e%2e", "..", ".jpg", "x%00.jpg", f"{'x' * 300}.jpg"])
def test_a_link_with_an_odd_last_part_is_a_link(network, end):
    link = f"https://covers.example/{end}"
    network.answers[link] = picture()

    report = load(message(product(BOOK, collateral=resource(link))))

    assert report.covers_new == 1
    assert shown().url.endswith(f"{BOOK}.jpg")


def test_a_cover_elsewhere_is_counted_and_not_asked_for(network):
    report = load(message(product(BOOK, collateral=resource("https://evil.example/1.jpg"))))

    assert network.links == []
    where = "cover at evil.example, which is not allowed"
    assert report.ignored["SupportingResource", where] == 1


def test_without_a_list_nothing_is_fetched(network, settings):
    settings.ONIX_COVER_HOSTS = []

    load(message(product(BOOK, collateral=resource("https://covers.example/1.jpg"))))

    assert network.links == []


@pytest.mark.parametrize("parts", [{"content": "04"}, {"mode": "02"}])
def test_other_resources_are_no_covers(network, parts):
    link = "https://covers.example/1.jpg"

    load(message(product(BOOK, collateral=resource(link, **parts))))

    assert network.links == []


def test_a_dry_run_fetches_nothing(network):
    books = message(product(BOOK, collateral=resource("https://covers.example/1.jpg")))

    load(books, is_trial=True)

    assert (network.links, ImportCover.objects.count()) == ([], 0)


def test_a_run_killed_between_covers_goes_on_with_the_next(network, tmp_path, monkeypatch):
    links = [f"https://covers.example/{n}.jpg" for n in (1, 2, 3)]
    network.answers = dict.fromkeys(links, picture())
    path = Path(tmp_path, "message.xml")
    path.write_text(
        message(
            *(
                product(isbn(n), title=f"Book {n}", collateral=resource(link))
                for n, link in enumerate(links, 1)
            )
        )
    )
    settle = covers.Covers._settle

    def killed(self, cover, *args):
        if cover.link == links[1]:
            raise SystemExit
        settle(self, cover, *args)

    run = runs.begin(path=path)
    with monkeypatch.context() as patch:
        patch.setattr(covers.Covers, "_settle", killed)
        with pytest.raises(SystemExit):
            load_run(run)

    load_run(runs.unfinished(path=path))

    assert network.links == [*links[:2], *links[1:]]
    assert ProductImage.objects.count() == 3
    assert ImportRun.objects.get().counts["covers_new"] == 3


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="nowhere: not a folder"):
        call_command("import_onix", tmp_path / "x.xml", covers=tmp_path / "nowhere")
