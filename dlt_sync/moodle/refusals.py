"""What Moodle's refusals mean to the person who has to do something about them.

Input: an HTTP answer or an error code. Output: a MoodleError, or MoodleUnavailable where trying again may
help. Pure. Sources: webservice/lib.php and webservice/rest/server.php of Moodle 4.5; docs/bridge.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from dlt_sync.errors import MoodleError, MoodleUnavailable

SETUP = "php local/dltsync/cli/setup.php"

#: Which capability each function asks for.
CAPABILITIES: Mapping[str, str] = {
    "local_dltsync_get_info": "local/dltsync:read",
    "local_dltsync_get_digests": "local/dltsync:read",
    "local_dltsync_read": "local/dltsync:read",
    "local_dltsync_pull_events": "local/dltsync:read",
    "local_dltsync_apply": "local/dltsync:apply",
    "local_dltsync_push_status": "local/dltsync:pushstatus",
}

NOT_INSTALLED = (
    "Moodle does not know the function {function}: the plugin local_dltsync is not installed there.",
    "Copy moodle_plugin/ over the Moodle code, then run `php admin/cli/upgrade.php` on the server.",
)
NO_CAPABILITY = (
    "The service user lacks the capability {capability}, which {function} needs.",
    f"Run `{SETUP}` on the Moodle server: it grants its role what is missing.",
)
MAINTENANCE = (
    "Moodle is in maintenance mode.",
    "Try again when it is over; `php admin/cli/maintenance.php --disable` ends it.",
)
UNKNOWN = ("Moodle refused {function}: {message} ({errorcode}).", "The Moodle server's log says more.")

#: errorcode -> what to say and what to do.
REFUSALS: Mapping[str, tuple[str, str]] = {
    "invalidtoken": (
        "Moodle does not accept the token.",
        f"Make a new one with `{SETUP}` on the Moodle server and put it into [moodle] token.",
    ),
    "accessexception": (
        "Moodle does not let this token call {function}: it is not part of the token's service, the service "
        "or web services are switched off, or the token expired or is bound to another address.",
        f"Run `{SETUP}` on the Moodle server; it mends the service and its user.",
    ),
    "servicenotavailable": (
        "Moodle's web services are switched off.",
        f"Run `{SETUP}` on the Moodle server; it switches them on.",
    ),
    "invalidrecord": NOT_INSTALLED,
    "invalidfunction": NOT_INSTALLED,
    "nopermissions": NO_CAPABILITY,
    "requiredcapability": NO_CAPABILITY,
    "required_capability_exception": NO_CAPABILITY,
    "wsaccessusersuspended": (
        "The service user is suspended in Moodle.",
        "Reactivate the account under Site administration → Users.",
    ),
    "batchdamaged": (
        "A request was damaged on its way to Moodle: {function} got other bytes than were sent.",
        "Look for a proxy that rewrites requests, or for a low post_max_size; nothing was done.",
    ),
    "badrequest": (
        "The plugin does not understand the request: {message}.",
        "The plugin and this program must be of the same release; update both.",
    ),
    "batchclosed": (
        "This batch was closed when its lost answer was asked for; nothing of it is done any more.",
        "Make a new plan.",
    ),
}

#: errorcode -> the same, where trying again may help.
BUSY: Mapping[str, tuple[str, str]] = {
    "sitemaintenance": MAINTENANCE,
    "upgraderunning": ("Moodle is being upgraded.", "Try again when the upgrade is over."),
    "batchbusy": (
        "Moodle is still at work on an earlier sending of this batch.",
        "Try again in a few minutes.",
    ),
    "dbconnectionfailed": ("Moodle cannot reach its own database.", "Try again; tell Moodle's administrator."),
}

#: HTTP status -> what to say and what to do.
STATUSES: Mapping[int, tuple[str, str]] = {
    401: (
        "The web server asks for a password of its own before it lets anybody reach Moodle (HTTP 401).",
        "Exempt webservice/rest/server.php from it.",
    ),
    403: (
        "Web services or the REST protocol are switched off in Moodle, or a firewall is in the way (HTTP 403).",
        f"Run `{SETUP}` on the Moodle server; it switches both on.",
    ),
    404: (
        "There is no Moodle at {site} (HTTP 404).",
        "Put the address of Moodle's front page, as in its config.php (wwwroot), into [moodle] url.",
    ),
    413: (
        "The web server before Moodle refuses a request of this size (HTTP 413).",
        "Raise its limit (nginx: client_max_body_size 8m), or lower [moodle] batch_size.",
    ),
}

#: Statuses after which the same request may succeed.
BUSY_STATUSES = frozenset({429, 502, 503, 504})


def of_error(function: str, errorcode: str, message: str) -> MoodleError:
    """What an answer `{exception, errorcode, message}` means. `message` must be free of secrets."""
    kind: type[MoodleError] = MoodleUnavailable if errorcode in BUSY else MoodleError
    text, remedy = BUSY.get(errorcode) or REFUSALS.get(errorcode) or UNKNOWN
    if errorcode == "invalidrecord" and "external_functions" not in message:
        text, remedy = UNKNOWN  # some other record is missing; the plugin is there
    if errorcode == "codingerror" and "with external function implementation" in message:
        text, remedy = NOT_INSTALLED  # its files were taken away without uninstalling it
    said = text.format(
        function=function,
        capability=CAPABILITIES.get(function, "of the plugin"),
        message=message.rstrip("."),
        errorcode=errorcode,
    )
    return kind(said, remedy=remedy, function=function, errorcode=errorcode)


def of_status(function: str, site: str, status: int) -> MoodleError:
    """What an HTTP status other than success means."""
    if 300 <= status < 400:
        return MoodleError(
            f"Moodle sends callers of {site} to another address (HTTP {status}): it is not the site's own.",
            remedy="Put the address that stands in Moodle's config.php as wwwroot into [moodle] url.",
            function=function,
        )
    if status in BUSY_STATUSES:
        return MoodleUnavailable(
            f"Moodle is in maintenance mode or overloaded (HTTP {status}).",
            remedy="Try again later; on the server `php admin/cli/maintenance.php` says whether it is on.",
            function=function,
        )
    text, remedy = STATUSES.get(status) or (
        f"The web server failed with HTTP {status}.",
        "Its log and PHP's error log say why.",
    )
    return MoodleError(text.format(site=site), remedy=remedy, function=function)


def of_page(function: str, site: str, page: str) -> MoodleError:
    """What a successful answer means that is no JSON. `page` must be free of secrets."""
    title = re.search(r"<title[^>]*>\s*(.*?)\s*</title>", page, re.IGNORECASE | re.DOTALL)
    shown = f"a web page titled “{title[1][:100]}”" if title else f"“{' '.join(page.split())[:60]}”"
    return MoodleError(
        f"{site} answered {function} with {shown} instead of data.",
        remedy="See that [moodle] url is Moodle's own address, that nothing (log-in page, proxy) stands before "
        "it, and that Moodle's debug messages are not displayed.",
        function=function,
    )
