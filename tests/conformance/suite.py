"""All conformance tests and their fixture, to be imported with a star."""

from tests.conformance.batches import *  # noqa: F403
from tests.conformance.objects import *  # noqa: F403
from tests.conformance.scene import scene as scene
from tests.conformance.strangers import *  # noqa: F403
from tests.conformance.videos import *  # noqa: F403
