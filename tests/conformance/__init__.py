"""What every Bridge must keep: docs/bridge.md as tests, for the real Moodle and for MemoryBridge alike.

A test module that imports everything from `suite` gets the tests; it provides two fixtures, `bridge` and
`world` (somebody at work in that Moodle). Tests share one site: each makes objects under keys of its own.
"""
