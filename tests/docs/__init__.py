"""The documentation: every example runs, nothing is undocumented."""
