"""The embedded store: one SQLite file (SQLite3 Multiple Ciphers, so that it can be encrypted at rest).

`engine` is the port's adapter, `rows` how fields become columns, `sql/` every statement, one a file.
"""
