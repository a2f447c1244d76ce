"""Mail: what it says by state, audience and language, and how it is handed to a server.

Nothing here knows a store or an introduction; `actions.outbox` brings the two together.
"""
