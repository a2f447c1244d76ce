"""Compiled loops over plain arrays: numpy and numba are all they import, so they can be shared by others.

A graph comes as symmetric CSR (see `csr`): `indptr` int64[n+1], `indices` int32[m2] ascending in each row
and without self-loops, `weights` float64[m2] or None for a graph without weights. What is undefined comes out
as NaN: the catalogue turns it into null with a reason.
"""
