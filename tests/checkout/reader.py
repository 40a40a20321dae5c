"""A reader at the forms of the checkout."""

OWN = {"Sec-Fetch-Site": "same-origin"}
LONDON = {
    "country": "GB",
    "name": "Ada Reader",
    "line1": "1 Library Lane",
    "line4": "London",
    "postcode": "EC1Y 8SY",
}
BELFAST = LONDON | {"line4": "Belfast", "postcode": "bt1 5gs"}


class Reader:
    """Somebody who fills in the forms."""

    def __init__(self, client):
        self.client = client

    def take(self, *editions, quantity=1):
        data = {"edition": [edition.pk for edition in editions], "quantity": quantity}
        self.client.post("/basket/add/", data, headers=OWN)
        return self

    def give_email(self, email="ada@example.org"):
        return self.client.post("/checkout/", {"email": email})

    def give_address(self, **changes):
        return self.client.post("/checkout/address/", LONDON | changes)

    def choose(self, method=None):
        page = self.client.get("/checkout/shipping/")
        method = method or page.context["progress"].decision.offers[0].quote.method_code
        return self.client.post("/checkout/shipping/", {"method": method})

    def review(self, method=None, **address):
        self.give_email()
        self.give_address(**address)
        self.choose(method)
        return self.client.get("/checkout/review/")

    def pay(self, page, *, ticks=()):
        shown = page.context["progress"].shown.digest()
        data = {"shown": shown, "acknowledged": [notice.pk for notice in ticks]}
        return self.client.post("/checkout/review/", data)
