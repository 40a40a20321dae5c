"""Addresses of the pages that show books."""

from django.urls import path

from catalog import views

app_name = "catalog"
urlpatterns = [
    path("", views.front_page, name="front_page"),
    path("books/", views.listing, name="listing"),
    path("coming-soon/", views.coming_soon, name="coming_soon"),
    path("books/<slug:work>/", views.book, name="work"),
    path("books/<slug:work>/<slug:edition>/", views.book, name="edition"),
    path("authors/", views.contributors, name="contributors"),
    path("authors/<slug:slug>/", views.contributor, name="contributor"),
    path("subjects/", views.subjects, name="subjects"),
    path("subjects/<slug:slug>/", views.subject, name="subject"),
    path("search/", views.results, name="search"),
    path("search/suggest/", views.suggestions, name="suggestions"),
    path("covers/<slug:slug>-<slug:fingerprint>.svg", views.cover, name="cover"),
]
