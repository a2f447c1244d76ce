"""The graph at (as_of, known_at, layer, parameters): immutable arrays, never a Python object per tie.

`parameters` the choices that travel with every result, `people` who is there, `events` which pairs an event
ties, `strength` how strong a tie is, `stated` what people say, `build` all of it together.
"""
