"""One desk for each kind of user: a question in, a view out. A desk reads through a `ScopedReader` only."""
