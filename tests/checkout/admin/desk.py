"""Somebody of the staff at a browser: opens pages, fills in forms, presses buttons."""

from django.urls import reverse
from lxml import html

LIST = "/admin/order/order/"


class Sheet:
    """A page as a browser holds it, with the form in its middle."""

    def __init__(self, desk, response):
        self.desk = desk
        self.response = response
        self.text = response.text
        self.tree = html.fromstring(response.text)
        (self.content,) = self.tree.xpath('//*[@id="content"]')
        self.words = " ".join(" ".join(self.content.itertext()).split())
        forms = self.content.xpath(".//form[not(contains(@class, 'placed-filter'))]")
        values = forms[-1].form_values() if forms else []
        # A browser drops the line break after <textarea>; lxml keeps it.
        self.fields = {name: value.removeprefix("\n") for name, value in values}

    @property
    def buttons(self):
        """What can be pressed, in words."""
        found = self.content.cssselect("button, a.button")
        return [button.text_content().strip() for button in found]

    @property
    def errors(self):
        """What is wrong, by the field beside which it stands."""
        return {
            (listed.get("id") or "form").removeprefix("id_").removesuffix("_error"): [
                item.text_content() for item in listed
            ]
            for listed in self.content.find_class("errorlist")
        }

    @property
    def messages(self):
        found = self.tree.find_class("messagelist")
        return [item.text_content().strip() for each in found for item in each]

    def rows(self, table):
        """Return the cells of a table by its class."""
        (found,) = self.content.cssselect(f".{table} table")
        cells = [row.findall("td") for row in found.find("tbody")]
        return [[" ".join(" ".join(cell.itertext()).split()) for cell in row] for row in cells]

    def send(self, **changes):
        """Post the form with these fields changed; None leaves a field out."""
        given = {**self.fields, **changes}
        data = {name: value for name, value in given.items() if value is not None}
        return self.desk.read(self.desk.client.post(self.response.request["PATH_INFO"], data))


class Desk:
    """A member of the staff, signed in."""

    def __init__(self, client, user):
        self.client = client
        self.user = user

    def opens(self, path, **query):
        return self.read(self.client.get(path, query))

    def posts(self, path, **data):
        """Press a button somewhere."""
        return self.read(self.client.post(path, data))

    def order(self, order, page="change"):
        return self.opens(reverse(f"admin:order_order_{page}", args=[order.pk]))

    def presses(self, order, page, **data):
        return self.posts(reverse(f"admin:order_order_{page}", args=[order.pk]), **data)

    def read(self, response):
        while response.status_code in {301, 302}:
            response = self.client.get(response.url)
        assert response.status_code == 200, response.status_code
        return Sheet(self, response)
