"""Kinds of record, declared as data; vocabulary tables; validation.

`kind` is the language, `people`, `contacts`, `service` the declarations, `registry` the list of them.
"""
