"""dlt-sync keeps a Moodle site aligned with the records of a department of distance learning technologies."""

from importlib.metadata import version

__version__ = version("dlt-sync")
