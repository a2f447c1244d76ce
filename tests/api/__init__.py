"""The HTTP interface, over the real application."""
