"""Tell caches which pages depend on the visitor's country or on a notice put away."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from shipping import bar, destination


class DependenceMiddleware:
    """Name in `Vary` what a page was made from, and nothing for a visitor without it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then look at what was read."""
        response = self.get_response(request)
        headers = destination.headers_read(request) + bar.headers_read(request)
        if headers:
            patch_vary_headers(response, headers)
        return response
