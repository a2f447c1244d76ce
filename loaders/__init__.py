"""One module per outside format, all with the same verbs: read -> transform -> records and rejects.

A loader never talks to a store: what it gives names people and organisations by their own keys. `registry` lists
them; `graph_service.actions.ingest` puts what they give into a store.
"""
