"""What an edition is: its form, its size, its title and its people."""

from typing import Final

from catalog import accessibility
from catalog.models import Contribution, Product
from catalog.onix import codes
from catalog.onix.export import titles
from catalog.onix.export.elements import Element, flag, part
from catalog.onix.export.people import contributors, names_as_subjects
from catalog.onix.languages import LANGUAGES

Type = Product.PublicationType

# Lists 150 and 175.
FORMS: Final[dict[str, tuple[str, str]]] = {
    Type.HARDCOVER: ("BB", ""),
    Type.PAPERBACK: ("BC", ""),
    Type.PAMPHLET: ("BF", ""),
    Type.EPUB: ("ED", "E101"),
    Type.PDF: ("ED", "E107"),
    Type.AUDIO: ("AJ", ""),
}
SINGLE_ITEM = "00"  # list 2


def descriptive_detail(edition: Product, work: Product, *, with_voices: bool) -> Element | None:
    """Return the description of an edition; the voices belong to recordings."""
    form, detail = FORMS[edition.publication_type]
    parts: list[Contribution] = list(work.contributions.all())
    return part(
        "DescriptiveDetail",
        part("ProductComposition", SINGLE_ITEM),
        part("ProductForm", form),
        part("ProductFormDetail", detail),
        *map(_feature, accessibility.in_order(edition.accessibility)),
        *_measures(edition),
        part("EpubTechnicalProtection", edition.protection if edition.is_digital else ""),
        titles.collection(work),
        titles.title_detail(work),
        *contributors(parts, with_voices=with_voices),
        flag("NoEdition"),
        _language(codes.TEXT_LANGUAGE, edition.language),
        _language(codes.ORIGINAL_LANGUAGE, work.original_language),
        _pages(edition.pages),
        *titles.subjects(list(work.productcategory_set.all())),
        *names_as_subjects(work.about.all()),
    )


def _feature(code: str) -> Element | None:
    return part(
        "ProductFormFeature",
        part("ProductFormFeatureType", codes.ACCESSIBILITY),
        part("ProductFormFeatureValue", code),
    )


def _measures(edition: Product) -> list[Element | None]:
    return [
        part(
            "Measure",
            part("MeasureType", kind),
            part("Measurement", value),
            part("MeasureUnitCode", "gr" if field == "weight_g" else "mm"),
        )
        for kind, field in codes.MEASURES.items()
        if (value := getattr(edition, field))
    ]


def _language(role: str, code: str) -> Element | None:
    if code not in LANGUAGES:
        return None
    return part("Language", part("LanguageRole", role), part("LanguageCode", code))


def _pages(pages: int | None) -> Element | None:
    if not pages:
        return None
    unit = part("ExtentUnit", codes.PAGES)
    return part("Extent", part("ExtentType", "00"), part("ExtentValue", pages), unit)
