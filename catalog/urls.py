"""Addresses of the pages that show books."""

from django.urls import path

from catalog.views import books, feeds, finding, groups

app_name = "catalog"
urlpatterns = [
    path("", books.front_page, name="front_page"),
    path("books/", books.listing, name="listing"),
    path("coming-soon/", books.coming_soon, name="coming_soon"),
    path("books/feed/", feeds.new_books, name="feed"),
    path("books/<slug:work>/", books.book, name="work"),
    path("books/<slug:work>/<slug:edition>/", books.book, name="edition"),
    path("authors/", groups.contributors, name="contributors"),
    path("authors/<slug:slug>/", groups.contributor, name="contributor"),
    path("authors/<slug:slug>/feed/", feeds.contributor, name="contributor_feed"),
    path("subjects/", groups.subjects, name="subjects"),
    path("subjects/<slug:slug>/", groups.subject, name="subject"),
    path("series/", groups.all_series, name="all_series"),
    path("series/<slug:slug>/", groups.series, name="series"),
    path("imprints/", groups.imprints, name="imprints"),
    path("imprints/<slug:slug>/", groups.imprint, name="imprint"),
    path("search/", finding.results, name="search"),
    path("search/suggest/", finding.suggestions, name="suggestions"),
    path("covers/<slug:slug>-<slug:fingerprint>.svg", books.cover, name="cover"),
]
