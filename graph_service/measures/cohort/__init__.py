"""Statistics of cohorts: growth, comparisons, survey scales and studies that an evaluator can defend.

Pure functions of columns (numpy, pandas, Arrow): a value or null with its reason, n, interval, method.
"""
