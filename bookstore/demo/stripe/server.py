"""The HTTP server: loopback only, one thread a connection."""

import contextlib
import logging
import re
import socket
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bookstore.demo.stripe import pages, web
from bookstore.demo.stripe.api import Api, Unanswered
from bookstore.demo.stripe.control import Control
from bookstore.demo.stripe.hosted import HostedPage
from bookstore.demo.stripe.idempotency import Keys

if TYPE_CHECKING:
    from bookstore.demo.stripe.stand_in import StandIn

logger = logging.getLogger(__name__)

LOOPBACK = "127.0.0.1"
_LARGEST_BODY = 1_000_000
_CONTROL = re.compile(r"/_control(?:/.*)?")
_HOSTED = re.compile(r"/c/pay/(cs_test_[A-Za-z0-9]+)(?:/(debit|bank|free))?")


class Server:
    """Listens, and hands each request to the part that answers it."""

    def __init__(self, stand_in: "StandIn", *, port: int) -> None:
        """Take a port of 127.0.0.1, any free one for 0."""
        self._http = _Threads((LOOPBACK, port), _Handler)
        self._http.route = self.route
        self.base_url = f"http://{LOOPBACK}:{self._http.server_port}"
        self._courier = stand_in.courier
        store = stand_in.store
        self._api = Api(store, stand_in.secret_key, self.base_url, Keys())
        self._hosted = HostedPage(store)
        self._control = Control(stand_in)
        self._hosts = {f"{name}:{self._http.server_port}" for name in (LOOPBACK, "localhost")}
        self._thread = threading.Thread(
            target=self._http.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="stand-in for Stripe",
            daemon=True,
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, and wait for the requests under way."""
        self._http.shutdown()
        self._http.server_close()

    def route(self, request: web.Request) -> web.Answer:
        """Answer a request.

        :raises Unanswered: when a fault wants the connection closed without an answer.
        """
        if request.header("Host") not in self._hosts:
            # A name somebody else has pointed at this machine (DNS rebinding).
            text = "This server answers on 127.0.0.1 only."
            return pages.message("Not here", text, status=HTTPStatus.MISDIRECTED_REQUEST)
        self._courier.meet_deadlines()
        if request.path.startswith("/v1/"):
            return self._api.answer(request)
        if _CONTROL.fullmatch(request.path):
            return self._control.answer(request)
        if match := _HOSTED.fullmatch(request.path):
            return self._hosted.answer(request, match[1], match[2] or "")
        return pages.fixed(request.path)


class _Threads(ThreadingHTTPServer):
    """One thread a connection; the threads end before `server_close` returns."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 128
    route: Any

    def __init__(self, address: tuple[str, int], handler: type["_Handler"]) -> None:
        """Take the port; no connection is open yet."""
        super().__init__(address, handler)
        self.is_over = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection, so that it does not outlive the server."""
        with self._lock:
            self._open.add(connection)
            if self.is_over:
                _hear_no_more(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection that has ended."""
        with self._lock:
            self._open.discard(connection)

    def server_close(self) -> None:
        """Answer what was asked, hang up on clients that only keep a connection, and end."""
        with self._lock:
            self.is_over = True
            for connection in self._open:
                _hear_no_more(connection)
        super().server_close()


def _hear_no_more(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RD)


class _Handler(BaseHTTPRequestHandler):
    """Reads requests and writes answers, one after another on one connection.

    Answers leave in one piece and at once: a connection that is kept would otherwise
    wait for the client's acknowledgement.
    """

    server: _Threads
    protocol_version = "HTTP/1.1"
    server_version = "stand-in-for-stripe"
    sys_version = ""
    timeout = 30
    wbufsize = -1
    disable_nagle_algorithm = True

    def setup(self) -> None:
        """Begin a connection."""
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        """End a connection."""
        self.server.closed(self.connection)
        super().finish()

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer()

    def do_DELETE(self) -> None:
        """Answer a DELETE."""
        self._answer()

    def _answer(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        where = urlsplit(self.path)
        body = self.rfile.read(int(length))
        request = web.Request(self.command, where.path, where.query, self.headers, body)
        try:
            answer = self.server.route(request)
        except Unanswered:
            logger.info("%s %s is left unanswered, as planned", self.command, where.path)
            self.close_connection = True
            return
        except Exception:
            logger.exception("%s %s", self.command, where.path)
            text = "The stand-in for Stripe has a fault of its own."
            error = {"error": {"message": text, "type": "api_error"}}
            answer = web.as_json(error, status=HTTPStatus.INTERNAL_SERVER_ERROR)
        self._send(answer)

    def _send(self, answer: web.Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.server.is_over:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Log instead of printing."""
        logger.debug(format, *args)
