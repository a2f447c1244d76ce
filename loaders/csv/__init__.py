"""CSV files of any kind of record: what a file looks like, which column is which, rows into records.

`sheets` declares the files, `columns` finds the columns, `transform` makes records, `participants` who took part.
"""
