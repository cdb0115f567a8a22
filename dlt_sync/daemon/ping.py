"""The dead man's switch: an address outside that is called after each good run, and alerts when the calls stop.

The address is a secret, since whoever knows it can keep the alarm silent: no log, message or traceback names it.
"""

from __future__ import annotations

import logging

import requests

from dlt_sync.settings import MonitoringSettings

logger = logging.getLogger(__name__)


def call_home(monitoring: MonitoringSettings) -> bool:
    """Call the address, if one is set; returns whether it was called and said so. A failure is only warned about."""
    if monitoring.ping_url is None:
        return False
    try:
        answer = requests.get(
            monitoring.ping_url.reveal(), timeout=monitoring.ping_timeout_s, allow_redirects=False, stream=True
        )
        answer.close()
    except (requests.RequestException, OSError, ValueError) as error:
        # The error's own text names the address: say what kind it is, and no more.
        logger.warning("The ping address did not answer (%s). The run itself went well.", type(error).__name__)
        return False
    if not 200 <= answer.status_code < 300:
        logger.warning("The ping address answered %d. See whether it is still the right one.", answer.status_code)
        return False
    logger.info("The ping address was called.")
    return True
