"""Read where the front cover of a record is (P.16, SupportingResource)."""

from catalog.onix.composite import Composite

FRONT_COVER = "01"  # list 158
IMAGE = "03"  # list 159
READERS = {"", "00", "03"}  # list 154
EMBEDDED = "03"  # list 161: an application, not a file
LONGEST_LINK = 1000


def read_covers(product: Composite) -> tuple[str, ...]:
    """Return the links to pictures of the front cover, as they stand."""
    links = []
    for resource in product.path("CollateralDetail", "SupportingResource"):
        is_cover = resource.text("ResourceContentType") == FRONT_COVER
        is_image = resource.text("ResourceMode") in {"", IMAGE}
        audiences = set(resource.texts("ContentAudience")) or {""}
        if not (is_cover and is_image and audiences & READERS):
            continue
        for version in resource.all("ResourceVersion"):
            if version.text("ResourceForm") != EMBEDDED:
                links += version.texts("ResourceLink")
    return tuple(link for link in dict.fromkeys(links) if len(link) <= LONGEST_LINK)
