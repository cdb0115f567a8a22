"""Private Moodle sites for the demo, the tests and the benchmarks.

`demo.py`, `testing.py` and `bench.py` are the commands and read top down. Below them: `layers.py` makes installed
sites out of layers and keeps them, `moodle.py` is one site, `servers.py` its database and web server,
`tree.py` the Moodle code, `process.py` the only place that starts and stops processes, `workspace.py` the
folders. Everything is written under `.dlt-sync/` in the project's root. Only Python's standard library is used, so
that all of it runs before anything is installed.
"""
