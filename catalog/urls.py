"""Addresses of the pages that show books."""

from django.urls import path

from catalog import views

app_name = "catalog"
urlpatterns = [
    path("", views.front_page, name="front_page"),
    path("books/", views.listing, name="listing"),
    path("books/feed/", views.feed, name="feed"),
    path("books/<slug:work>/", views.book, name="work"),
    path("books/<slug:work>/<slug:edition>/", views.book, name="edition"),
    path("authors/", views.contributors, name="contributors"),
    path("authors/<slug:slug>/", views.contributor, name="contributor"),
    path("authors/<slug:slug>/feed/", views.contributor_feed, name="contributor_feed"),
    path("subjects/", views.subjects, name="subjects"),
    path("subjects/<slug:slug>/", views.subject, name="subject"),
    path("series/", views.all_series, name="all_series"),
    path("series/<slug:slug>/", views.series, name="series"),
    path("imprints/", views.imprints, name="imprints"),
    path("imprints/<slug:slug>/", views.imprint, name="imprint"),
    path("search/", views.results, name="search"),
    path("covers/<slug:slug>-<slug:fingerprint>.svg", views.cover, name="cover"),
]
