"""What the catalog keeps."""

from catalog.models.books import Product
from catalog.models.covers import ProductImage
from catalog.models.groups import Category, Imprint, Series
from catalog.models.people import Contribution, Contributor, ContributorLink
from catalog.models.search import SearchEntry, SearchHeading, SearchWord

__all__ = [
    "Category",
    "Contribution",
    "Contributor",
    "ContributorLink",
    "Imprint",
    "Product",
    "ProductImage",
    "SearchEntry",
    "SearchHeading",
    "SearchWord",
    "Series",
]

from oscar.apps.catalogue.models import *  # noqa: F403  Oscar fills in the rest
