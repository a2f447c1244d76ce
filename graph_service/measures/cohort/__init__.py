"""Statistics of cohorts: growth, comparisons, survey scales and studies that an evaluator can defend.

Pure functions of columns (numpy, pandas, Arrow): a value or null with its reason, n, interval, method.
Declared in `declarations`, one idea a file; hand-offs to R are in `handoff`.

>>> from graph_service.measures.cohort.change import change
>>> change([1, 2, 3, 4], [2, 4, 4, 6]).mean.value
1.5
"""
