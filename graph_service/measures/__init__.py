"""The catalogue of measures: each declared once, a pure function of a snapshot.

`catalogue` holds the declarations, `structure`, `quantity`, `ties` ... the functions, `kernels` the compiled
loops, `growth` what changed between two snapshots, `cohort` what can be said of many learners.
"""
