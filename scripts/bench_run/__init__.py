"""What `scripts/bench` is made of; `scripts/site/bench.py` is the command and reads top down.

`parts.py` says what is measured in which order. Below it: `academy.py` makes up the records, `program.py` runs
dlt-sync, `peer.py` runs Moodle's own enrol_database, `bulk.py` puts enrolments into Moodle by SQL (`sql.py`),
`meter.py` measures, `machine.py` says on what, `results.py` and `plot.py` show it.
"""
