"""A person's rights over their data: correction, opt-out, restriction, erasure, and the holds that stop it.

Access is a desk's answer (`graph_service.desks.held`). Every use of a right is a record of its own.
"""
