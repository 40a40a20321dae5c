"""The pages that are measured."""

from bookstore.demo.bench.library import EPOCH
from catalog.search.keyset import Place

# Of 50,000 works 12,000 stand before this one, as on page 500.
PAGE_500 = Place(0, EPOCH.replace(year=EPOCH.year - 3), 1)

PAGES = [
    "/",
    "/books/",
    f"/books/?after={PAGE_500}",
    "/books/?sort=title",
    "/coming-soon/",
    "/subjects/",
    "/subjects/subject-1/",
    "/authors/",
    "/authors/person-3000/",
    "/search/?q=dostoyevsky",
    "/search/?q=history",
    "/search/?q=the+history+of+labour",
    "/search/?q=the",
    "/search/?q=xyzzyq",
    "/search/?q=history&type=epub",
    "/search/?q=history&type=epub&available=1&subject=subject-3",
    "/search/?q=history&sort=price&price=0-10",
    "/search/?type=epub&language=ger",
    "/search/suggest/?q=th",
    "/search/suggest/?q=hist",
    "/search/suggest/?q=fyodor+dost",
    "/search/suggest/?q=dostojevski",
]
