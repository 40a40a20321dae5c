"""What the catalog keeps."""

from catalog.models.books import Product
from catalog.models.covers import ProductImage
from catalog.models.files import EditionFile
from catalog.models.former import FormerPage
from catalog.models.groups import Category, Imprint, Series
from catalog.models.imports import ImportCover, ImportLine, ImportRun
from catalog.models.pairs import WorkPair
from catalog.models.people import Contribution, Contributor, ContributorLink, OtherName
from catalog.models.related import RelatedWork
from catalog.models.search import SearchEntry, SearchHeading, SearchWord

__all__ = [
    "Category",
    "Contribution",
    "Contributor",
    "ContributorLink",
    "EditionFile",
    "FormerPage",
    "ImportCover",
    "ImportLine",
    "ImportRun",
    "Imprint",
    "OtherName",
    "Product",
    "ProductImage",
    "RelatedWork",
    "SearchEntry",
    "SearchHeading",
    "SearchWord",
    "Series",
    "WorkPair",
]

from oscar.apps.catalogue.models import *  # noqa: F403  Oscar fills in the rest
