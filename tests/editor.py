"""An editor at work in the admin: opens a page, changes fields, saves."""

import re

from lxml import html

from catalog.models import Category


class Page:
    """A page of the admin with its form, as a browser holds it."""

    def __init__(self, client, url):
        self.client = client
        self.url = url
        self.read(client.get(url))

    def read(self, response):
        self.response = response
        self.text = response.text
        self.tree = html.fromstring(response.text)
        form = next((f for f in self.tree.forms if "_save" in f.inputs), None)
        values = [] if form is None else form.form_values()
        self.fields = {}
        for name, value in values:
            # A browser drops the line break after <textarea>; lxml keeps it.
            is_text = getattr(form.inputs[name], "tag", "") == "textarea"
            kept = value.removeprefix("\n") if is_text else value
            self.fields.setdefault(name, []).append(kept)

    def __getitem__(self, name):
        return self.fields[name][0]

    def __setitem__(self, name, value):
        self.fields[name] = [value]

    def untick(self, name):
        self.fields.pop(name, None)

    def add_row(self, prefix, **values):
        """Click `Add another` and fill in the row; return its number."""
        row = int(self[f"{prefix}-TOTAL_FORMS"])
        self[f"{prefix}-TOTAL_FORMS"] = row + 1
        start = f"{prefix}-__prefix__-"
        for name in [name for name in self.fields if name.startswith(start)]:
            self[name.replace("__prefix__", str(row))] = self[name]
        for name, value in values.items():
            self[f"{prefix}-{row}-{name}"] = value
        return row

    def save(self, button="_continue"):
        """Press a button; go where it leads."""
        pressed = {**self.fields, button: ["1"]}
        self.read(self.client.post(self.url, pressed, follow=True))
        if self.response.redirect_chain:
            self.url = self.response.redirect_chain[-1][0]
        return self

    @property
    def messages(self):
        found = self.tree.find_class("messagelist")
        return [item.text_content().strip() for ul in found for item in ul]

    @property
    def errors(self):
        """The errors, by the field beside which they stand."""
        found = {}
        for listed in self.tree.find_class("errorlist"):
            place = listed.getparent()
            name = re.sub(r"_error$", "", listed.get("id") or "").removeprefix("id_")
            while not name and place is not None:
                inputs = place.xpath(".//input[@name]|.//select[@name]|.//textarea[@name]")
                name = inputs[0].get("name") if inputs else ""
                place = place.getparent()
            found[name] = [item.text_content() for item in listed]
        return found


def make_subject(name, slug, *, below=None):
    subject = Category(name=name, slug=slug)
    if below:
        return Category.objects.add_child(below, instance=subject)
    return Category.objects.add_root(instance=subject)
