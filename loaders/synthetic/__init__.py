"""A seeded generator of whole programmes, up to millions of people, for demo, tests and benchmarks.

`generate` gives tables of records with the users' keys, `resolve` turns keys into internal ids, `edges` gives
plain arrays of ties for graph kernels. Everybody in it is made up.
"""

from loaders.synthetic.edges import edges
from loaders.synthetic.profile import Profile
from loaders.synthetic.programme import Programme, generate, resolve

__all__ = ["Profile", "Programme", "edges", "generate", "resolve"]
