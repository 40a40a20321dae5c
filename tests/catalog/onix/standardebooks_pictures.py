"""Make docs/standardebooks-*.png: the shop with the covers and texts of Standard Ebooks.

.venv/bin/python -m pytest -n 0 tests/catalog/onix/standardebooks_pictures.py
"""

import os
from io import BytesIO

from PIL import Image
from playwright.sync_api import sync_playwright

from bookstore.demo.browser import find_browser
from catalog import search
from catalog.models import Product
from tests.catalog.onix.messages import load
from tests.catalog.onix.standardebooks import REPOSITORY, attach_covers, books, message

PAGES = {"listing": "/books/", "germinal": "/", "frankenstein": "/", "war-and-peace": "/"}
WIDTH, HEIGHT = 1280, 900
LARGEST = 300_000


def test_make_the_pictures(live_server, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.SHOP_NAME = "Standard Ebooks"
    found = books()
    load(message(found)[0])
    attach_covers(found)
    works = Product.objects.filter(structure="parent")
    search.index_works(work_ids=works.values_list("pk", flat=True))
    paths = {
        name: path if path != "/" else works.get(slug=name).get_absolute_url()
        for name, path in PAGES.items()
    }

    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=sandbox)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for name, path in paths.items():
            page.goto(f"{live_server.url}{path}", wait_until="networkidle")
            picture = REPOSITORY / "docs" / f"standardebooks-{name}.png"
            picture.write_bytes(small(page.screenshot()))
            assert picture.stat().st_size < LARGEST
        browser.close()


def small(png):
    """Return a picture, with fewer colours if its file would be too large."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    palette = picture.quantize(256)
    dithered = picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)
    for form in (picture, dithered, palette):
        file = BytesIO()
        form.save(file, "PNG", optimize=True)
        if len(file.getvalue()) < LARGEST:
            break
    return file.getvalue()
