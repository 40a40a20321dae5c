"""A person is one contributor, however many books and messages name them."""

import pytest

from catalog.models import Contribution, Contributor, Product
from tests.catalog.onix.messages import (
    contributor,
    isbn,
    life,
    load,
    message,
    product,
    related_product,
    wikidata,
)

pytestmark = pytest.mark.django_db


def parts():
    """Return who did what, in order."""
    return [
        (part.contributor.name, part.role)
        for part in Contribution.objects.order_by("work", "position").select_related(
            "contributor"
        )
    ]


@pytest.mark.parametrize("role", Contribution.Role.values)
def test_roles_keep_their_code(role):
    load(message(product(isbn(1), descriptive=contributor("Max Eastman", role))))

    assert parts() == [("Max Eastman", role)]


@pytest.mark.parametrize(
    ("role", "expected"),
    [("A29", ["A24", "A20"]), ("A35", ["A12"]), ("B13", ["B01"])],
)
def test_roles_without_a_place_take_the_nearest(role, expected):
    load(message(product(isbn(1), descriptive=contributor("Max Eastman", role))))

    assert parts() == [("Max Eastman", code) for code in expected]


@pytest.mark.parametrize("role", ["A17", "X99"])
def test_any_other_role_is_shown_as_contributor_and_reported(role):
    report = load(message(product(isbn(1), descriptive=contributor("Max Eastman", role))))

    assert parts() == [("Max Eastman", "Z99")]
    assert f"role {role} is shown as contributor" in report.remarks[0].text


def test_one_person_may_have_two_roles():
    load(message(product(isbn(1), descriptive=contributor("Max Eastman", "B06", "A24"))))

    assert parts() == [("Max Eastman", "B06"), ("Max Eastman", "A24")]


def test_the_sequence_numbers_give_the_order():
    people = "".join(
        contributor(name, extra=f"<SequenceNumber>{number}</SequenceNumber>")
        for name, number in (("Third", 10), ("Second", 9), ("First", 1))
    )

    load(message(product(isbn(1), descriptive=people)))

    assert [name for name, _ in parts()] == ["First", "Second", "Third"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            "<PersonName>John Avery Lomax</PersonName>",
            ("John Avery Lomax", "Lomax, John Avery"),
        ),
        (
            "<PersonNameInverted>Trotsky, Leon</PersonNameInverted>",
            ("Leon Trotsky", "Trotsky, Leon"),
        ),
        (
            "<NamesBeforeKey>Simone</NamesBeforeKey><PrefixToKey>de</PrefixToKey>"
            "<KeyNames>Beauvoir</KeyNames>",
            ("Simone de Beauvoir", "de Beauvoir, Simone"),
        ),
        (
            "<CorporateName>International Committee</CorporateName>",
            ("International Committee", "International Committee"),
        ),
        ("<PersonName>Voltaire</PersonName>", ("Voltaire", "Voltaire")),
    ],
    ids=["as printed", "inverted", "in parts", "a body", "one word"],
)
def test_names_are_read_as_printed_and_for_sorting(names, expected):
    person = f"<Contributor><ContributorRole>A01</ContributorRole>{names}</Contributor>"

    load(message(product(isbn(1), descriptive=person)))

    found = Contributor.objects.get()
    assert (found.name, found.sort_name) == expected


def test_a_contributor_without_a_name_is_counted_and_left_out():
    nobody = "<Contributor><ContributorRole>A01</ContributorRole></Contributor>"

    report = load(message(product(isbn(1), descriptive=nobody)))

    assert report.new == 1
    assert report.ignored["Contributor", "without a name"] == 1


def test_the_same_name_in_two_books_is_one_person():
    load(
        message(
            product(isbn(1), descriptive=contributor("John Reed")),
            product(isbn(2), title="Insurgent Mexico", descriptive=contributor("John Reed")),
        )
    )

    assert Contributor.objects.count() == 1


def test_people_of_one_name_are_told_apart_by_their_years():
    load(
        message(
            product(isbn(1), descriptive=contributor("John Reed", extra=life(1887, 1920))),
            product(isbn(2), descriptive=contributor("John Reed", extra=life(1900, 1980))),
        )
    )

    slugs = Contributor.objects.order_by("born").values_list("slug", flat=True)
    assert list(slugs) == ["john-reed", "john-reed-2"]


def test_years_that_become_known_do_not_make_a_new_person():
    load(message(product(isbn(1), descriptive=contributor("John Reed"))))

    load(
        message(product(isbn(1), descriptive=contributor("John Reed", extra=life(1887, 1920))))
    )

    assert Contributor.objects.get().years == "1887\N{EN DASH}1920"


def test_a_name_shared_by_two_people_is_reported_when_years_are_missing():
    for years in (life(1887, 1920), life(1900, 1980)):
        load(message(product(isbn(1), descriptive=contributor("John Reed", extra=years))))

    report = load(message(product(isbn(2), descriptive=contributor("John Reed"))))

    assert "2 people of that name, taken for the first (john-reed)" in report.remarks[0].text


def test_the_wikidata_item_finds_a_person_under_another_name():
    load(
        message(product(isbn(1), descriptive=contributor("Leon Trotsky", extra=wikidata("Q1"))))
    )

    load(message(product(isbn(2), descriptive=contributor("L. Trotsky", extra=wikidata("Q1")))))

    assert Contributor.objects.get().name == "Leon Trotsky"


def test_different_wikidata_items_are_different_people():
    load(
        message(
            product(isbn(1), descriptive=contributor("John Reed", extra=wikidata("Q1"))),
            product(isbn(2), descriptive=contributor("John Reed", extra=wikidata("Q2"))),
        )
    )

    assert Contributor.objects.count() == 2


def test_impossible_years_are_reported_and_left_out():
    report = load(
        message(product(isbn(1), descriptive=contributor("John Reed", extra=life(1920, 1887))))
    )

    assert (Contributor.objects.get().born, report.new) == (None, 1)
    assert "neither year kept" in report.remarks[0].text


def test_a_death_before_the_known_birth_is_not_believed():
    load(
        message(product(isbn(1), descriptive=contributor("John Reed", extra=life(1887, 1920))))
    )
    Contributor.objects.update(died=None)
    early = life(1700, 1800).replace("50</ContributorDateRole>", "56</ContributorDateRole>")

    report = load(message(product(isbn(2), descriptive=contributor("John Reed", extra=early))))

    assert (Contributor.objects.get().died, report.skipped) == (None, [])


def test_a_message_without_a_biography_leaves_the_one_that_is_there():
    note = "<BiographicalNote>A reporter.</BiographicalNote>"
    load(message(product(isbn(1), descriptive=contributor("John Reed", extra=note))))

    load(message(product(isbn(1), descriptive=contributor("John Reed"))))

    assert Contributor.objects.get().biography == "<p>A reporter.</p>"


def test_the_first_biography_in_a_message_counts():
    people = [
        contributor("John Reed", extra=f"<BiographicalNote>{text}</BiographicalNote>")
        for text in ("The long life.", "Short.")
    ]

    load(message(*(product(isbn(n), descriptive=person) for n, person in enumerate(people, 1))))

    assert Contributor.objects.get().biography == "<p>The long life.</p>"


def test_an_audiobook_adds_its_reader_and_a_later_print_record_keeps_them():
    paper = product(
        isbn(1), descriptive=contributor("John Reed"), related=related_product(isbn(2))
    )
    audio = product(isbn(2), form="AJ", descriptive=contributor("A Reader", "E07"))
    load(message(paper, audio))

    load(message(paper))

    assert parts() == [("John Reed", "A01"), ("A Reader", "E07")]


def test_someone_a_full_record_no_longer_names_leaves_the_work():
    both = contributor("John Reed") + contributor("A Mistake", "B06")
    load(message(product(isbn(1), descriptive=both)))

    load(message(product(isbn(1), descriptive=contributor("John Reed"))))

    assert parts() == [("John Reed", "A01")]
    assert Contributor.objects.filter(name="A Mistake").exists()
    assert Product.objects.get(structure="parent").byline == "John Reed"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://example.org/", 1),
        ("javascript:alert(1)", 0),
        (f"https://example.org/{'x' * 200}", 0),
    ],
    ids=["a web page", "a script", "too long"],
)
def test_only_addresses_that_can_be_linked_become_further_reading(address, kept):
    site = (
        "<Website><WebsiteDescription>Archive</WebsiteDescription>"
        f"<WebsiteLink>{address}</WebsiteLink></Website>"
    )

    load(message(product(isbn(1), descriptive=contributor("John Reed", extra=site))))

    assert Contributor.objects.get().links.count() == kept
