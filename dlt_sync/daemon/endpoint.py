"""The daemon's window: /healthz and /metrics over HTTP, for whatever watches this machine, and from this machine only.

What it shows is no secret and says nothing of a person; still it listens on loopback alone, and answers no request that
was made for another host: a web page that makes a browser ask here learns nothing.
"""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from dlt_sync import __version__, health
from dlt_sync.daemon.metrics import Metrics
from dlt_sync.db import Database
from dlt_sync.errors import ConfigError
from dlt_sync.health import HealthLine
from dlt_sync.moodle.contract import Bridge
from dlt_sync.settings import MonitoringSettings, Settings, is_loopback

logger = logging.getLogger(__name__)

#: An answer of /healthz is given again for so long: whoever asks often does not make Moodle work.
KEPT_S = 10.0
#: Seconds that a client may take to ask.
CLIENT_TIMEOUT_S = 5.0

#: Path → content type and body, with the status.
Page = tuple[HTTPStatus, str, bytes]


def open_endpoint(
    settings: Settings,
    database: Database,
    bridge: Bridge | None,
    now: Callable[[], datetime],
    *,
    leads: Callable[[], bool] = lambda: True,
    trouble: Callable[[], str] = str,
) -> Endpoint | None:
    """Serve both pages until the endpoint is closed. None when the settings want none, or the port is in use: that is
    a warning, since the nights matter more than being watched.

    `trouble` is what the daemon knows to be wrong with itself, "" for nothing.
    """
    if settings.monitoring.port is None:
        return None
    registry = CollectorRegistry()
    registry.register(Metrics(database, settings, now, leads))
    ProcessCollector(registry=registry)

    def look() -> Sequence[HealthLine]:
        why = trouble()
        own = HealthLine("daemon", not why, {"why": why} if why else {"leads": int(leads())})
        return (own, *health.look(database, settings, bridge, now()))

    try:
        return Endpoint(settings.monitoring, look, registry, now)
    except OSError as error:
        place = f"{settings.monitoring.address}:{settings.monitoring.port}"
        logger.warning("/healthz and /metrics are not served: %s cannot be used (%s).", place, error.strerror)
        return None


class Endpoint:
    """The HTTP server. Serves from when it is made until `close`, in threads of its own.

    Raises ConfigError for an address that other machines can reach, OSError when it cannot listen.
    """

    def __init__(
        self,
        monitoring: MonitoringSettings,
        look: Callable[[], Sequence[HealthLine]],
        registry: CollectorRegistry,
        now: Callable[[], datetime],
    ) -> None:
        if not is_loopback(monitoring.address):
            raise ConfigError(
                f"/healthz and /metrics are not for other machines to read, and {monitoring.address} is none of this.",
                remedy="Write 127.0.0.1, ::1 or localhost as [monitoring] address.",
            )
        self._look, self._registry, self._now = look, registry, now
        self._kept: tuple[float, Page] | None = None
        self._looking = threading.Lock()
        self._server = _server(monitoring.address, monitoring.port or 0, self)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="endpoint", daemon=True)
        self._thread.start()
        logger.info("Serving /healthz and /metrics on %s, port %d.", monitoring.address, self.port)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def page(self, path: str) -> Page:
        """The answer to a request."""
        if path == "/healthz":
            return self._health()
        if path == "/metrics":
            return HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(self._registry)
        return _text(HTTPStatus.NOT_FOUND, "Here are /healthz and /metrics.")

    def _health(self) -> Page:
        with self._looking:
            if self._kept is None or time.monotonic() - self._kept[0] >= KEPT_S:
                page = self._health_page(self._look())
                self._kept = time.monotonic(), page
            return self._kept[1]

    def _health_page(self, lines: Sequence[HealthLine]) -> Page:
        well = health.is_well(lines)
        data = {
            "status": "ok" if well else "failing",
            "version": __version__,
            "looked_at": f"{self._now():%Y-%m-%dT%H:%M:%SZ}",
            "reasons": [health.sentence(line) for line in lines if not line.ok],
            "lines": [{"code": line.code, "ok": line.ok, **line.facts} for line in lines],
        }
        body = json.dumps(data, ensure_ascii=False, indent=2).encode()
        return HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE, "application/json; charset=utf-8", body


class _Handler(BaseHTTPRequestHandler):
    server_version, sys_version = "dlt-sync", ""
    timeout = CLIENT_TIMEOUT_S
    endpoint: Endpoint

    def do_GET(self) -> None:
        """Answer, whatever happens."""
        try:
            page = self.endpoint.page(urlsplit(self.path).path) if self._is_for_us() else _FOREIGN
        except Exception as error:  # the edge of the daemon on this side
            logger.exception("%s could not be answered", self.path)
            page = _text(HTTPStatus.INTERNAL_SERVER_ERROR, f"Something unforeseen went wrong ({type(error).__name__}).")
        status, kind, body = page
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815

    def _is_for_us(self) -> bool:
        """Whether the client means this machine: a foreign name that leads here is a page's trick on a browser."""
        host = self.headers.get("Host")
        return host is None or is_loopback(urlsplit(f"//{host}").hostname or "")

    def log_message(self, format: str, *args: object) -> None:
        """Requests come every few seconds: they are no news."""
        logger.debug(format, *args)


def _text(status: HTTPStatus, text: str) -> Page:
    return status, "text/plain; charset=utf-8", f"{text}\n".encode()


_FOREIGN = _text(HTTPStatus.FORBIDDEN, "This is for 127.0.0.1, ::1 and localhost only.")


def _server(address: str, port: int, of: Endpoint) -> ThreadingHTTPServer:
    handler = type("Handler", (_Handler,), {"endpoint": of})
    kind = type("Server", (ThreadingHTTPServer,), {"address_family": _family(address), "daemon_threads": True})
    server: ThreadingHTTPServer = kind((address, port), handler)
    return server


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET
