"""Where records are kept: the port, the store above it, its two engines, and the columnar cache."""
