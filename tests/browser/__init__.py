"""A real Chromium on a real Moodle that holds the example academy: what each role sees, does, and may not do."""
