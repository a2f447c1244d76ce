"""OneRoster 1.1 and 1.2: a folder or zip archive of CSV files that a school's information system writes.

`roster` reads the files, `places`, `people`, `demographics` and `belonging` make records, `loader` puts them together.
"""
