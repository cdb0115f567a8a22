"""The wire: calls to web service functions over HTTPS.

Input: a function's name and its parameters; output: what Moodle answered, as plain JSON values, or a
MoodleError whose text says what to do. moodlepy's `Mdl` is mended here: a session per thread, time-outs,
retries, the token in the POST body only, multipart form data, no redirects, errors by Moodle's errorcode.
"""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import orjson
import requests

from dlt_sync import __version__
from dlt_sync.errors import ConfigError, MoodleError, MoodleUnavailable
from dlt_sync.log import scrub
from dlt_sync.model import canonical_json, text_hash
from dlt_sync.moodle import refusals
from dlt_sync.moodle.moodlepy import Mdl

SERVER = "/webservice/rest/server.php"
CONNECT_TIMEOUT_S = 10.0
LONGEST_PAUSE_S = 30.0


class MoodleClient(Mdl):  # type: ignore[misc]  # moodlepy carries no types
    """Calls functions of one Moodle site. May be shared by threads; `close` ends all their connections.

    `timeout_s` is the longest wait for an answer, `retries` how often a call is repeated after that or after
    another passing fault, `pause_s` the first pause before it; each next one is twice as long. Every function
    of the bridge may be repeated: what writes carries a batch id. Raises ConfigError for an address that is
    no https:// one (http:// is for loopback only).
    """

    def __init__(
        self,
        site: str,
        token: str,
        *,
        timeout_s: float = 120.0,
        ca_file: Path | None = None,
        retries: int = 3,
        pause_s: float = 1.0,
    ) -> None:
        self.site = site.rstrip("/")
        self._loopback = _check_address(self.site)
        self._verify = _trusted(ca_file)
        self._timeouts = (min(CONNECT_TIMEOUT_S, timeout_s), timeout_s)
        self._retries = retries
        self._pause_s = pause_s
        self._local = threading.local()
        self._sessions: WeakSet[requests.Session] = WeakSet()  # those of ended threads close by themselves
        self.__headers__: dict[str, str] = {}  # Mdl's own is shared by all instances
        super().__init__(self.site + SERVER, token, user_agent=f"dlt-sync/{__version__}")

    def __repr__(self) -> str:
        return f"MoodleClient({self.site!r})"

    @property
    def session(self) -> requests.Session:
        """The calling thread's own session."""
        if not hasattr(self._local, "session"):
            session = requests.Session()
            session.headers.update(self.__headers__)
            session.trust_env = not self._loopback  # no proxy stands between us and this very machine
            self._local.session = session
            self._sessions.add(session)
        found: requests.Session = self._local.session
        return found

    def close(self) -> None:
        """Close every thread's connections. A later call opens new ones."""
        for session in list(self._sessions):
            session.close()
        self._local = threading.local()

    def exchange(self, function: str, request: Mapping[str, object], *, count: int = 1) -> Any:
        """One call of a bridge function: a JSON text with its count and hash there, a JSON value back.

        Raises MoodleError, and MoodleUnavailable when the retries are used up.
        """
        text = canonical_json(request)
        return self.unwrap(function, self.post(function, request=text, count=str(count), hash=text_hash(text)))

    def unwrap(self, function: str, answer: object) -> Any:
        """The JSON value inside `{"response": "<JSON text>"}`."""
        text = answer.get("response") if isinstance(answer, dict) else None
        if not isinstance(text, str):
            raise refusals.of_page(function, self.site, self._safe(json.dumps(answer)))
        return self._parse(function, text)

    def get(self, wsfunction: str, moodlewsrestformat: str = "json", **kwargs: str) -> Any:
        """As `post`: Mdl's own would put the token into the URL."""
        return self.post(wsfunction, moodlewsrestformat, **kwargs)

    def post(self, wsfunction: str, moodlewsrestformat: str = "json", **kwargs: str) -> Any:
        """Call any function; `kwargs` are its flat parameters. Repeats it after a passing fault."""
        parts = {
            "wstoken": self.token,
            "wsfunction": wsfunction,
            "moodlewsrestformat": moodlewsrestformat,
            **kwargs,
        }
        for attempt in range(self._retries):
            try:
                return self._call(wsfunction, parts)
            except MoodleUnavailable:
                time.sleep(min(self._pause_s * 2**attempt, LONGEST_PAUSE_S))
        return self._call(wsfunction, parts)

    def process_response(self, data: Any, function: str = "") -> Any:
        """The answer itself. Raises MoodleError when it is one of Moodle's error answers."""
        if isinstance(data, dict) and "exception" in data:
            message = self._safe(str(data.get("message", "")))
            raise refusals.of_error(function, str(data.get("errorcode", "")), message)
        return data

    def _call(self, function: str, parts: Mapping[str, str]) -> Any:
        response = self._send(function, parts)
        if not response.ok or response.is_redirect:
            raise refusals.of_status(function, self.site, response.status_code)
        text = response.content.decode("utf-8", errors="replace")
        return self.process_response(self._parse(function, text), function)

    def _parse(self, function: str, text: str) -> Any:
        try:
            return orjson.loads(text)
        except ValueError as error:
            raise refusals.of_page(function, self.site, self._safe(text)) from error

    def _send(self, function: str, parts: Mapping[str, str]) -> requests.Response:
        try:
            return self.session.post(
                self.url,
                files={name: (None, value) for name, value in parts.items()},
                allow_redirects=False,
                timeout=self._timeouts,
                verify=self._verify,
            )
        except OSError as error:  # all of requests' errors are OSErrors
            if isinstance(error, requests.RequestException):
                error.request = None  # its body holds the token
            raise self._broken(function, error) from error

    def _broken(self, function: str, error: OSError) -> MoodleError:
        if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
            return MoodleError(
                f"The certificate of {self.site} is not valid: {_certificate_fault(error)}.",
                remedy="Renew it; if your own authority signed it, name its certificate in [moodle] ca_file.",
                function=function,
            )
        if isinstance(error, requests.ReadTimeout):
            return MoodleUnavailable(
                f"{self.site} did not answer {function} within {self._timeouts[1]:g} s.",
                remedy="Try again, or raise [moodle] timeout_s; nothing is lost, the next run asks what was done.",
                function=function,
            )
        return MoodleUnavailable(
            f"{self.site} cannot be reached ({type(error).__name__}).",
            remedy="See that the address in [moodle] url opens from this machine: network, name, port, https.",
            function=function,
        )

    def _safe(self, text: str) -> str:
        """What Moodle says, fit for a message: it may repeat the token, or a person's data."""
        return scrub(text, [self.token or ""])


def _check_address(site: str) -> bool:
    """Whether the site is on this very machine. Raises ConfigError for an address that must not be used."""
    parts = urlsplit(site)
    loopback = _is_loopback(parts.hostname or "")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        problem = f"[moodle] url is {site!r}: that is no web address."
    elif parts.username or parts.password or parts.query or parts.fragment:
        problem = "[moodle] url holds more than an address: a user, a password or a query."
    elif parts.scheme == "http" and not loopback:
        problem = f"[moodle] url is {site!r}: over http:// everybody on the way could read the token."
    else:
        return loopback
    raise ConfigError(problem, remedy="Give the site's https:// address, as in its config.php (wwwroot).")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _trusted(ca_file: Path | None) -> bool | str:
    """What certificates are checked against; they always are."""
    if ca_file is None:
        return True
    try:
        ssl.create_default_context(cafile=ca_file)
    except OSError as error:  # no such file, not readable, or (SSLError) no certificate in it
        raise ConfigError(
            f"[moodle] ca_file: {ca_file} cannot be used as a certificate ({type(error).__name__}).",
            remedy="Name the file with your authority's certificate (PEM), or remove the line.",
        ) from error
    return str(ca_file)


def _certificate_fault(error: OSError) -> str:
    """What OpenSSL says of a certificate: "self-signed certificate", "certificate has expired"."""
    found = str(error).partition("certificate verify failed: ")[2].partition(" (_ssl")[0]
    return found or "it cannot be verified"
