"""One room at a time, no server needed."""
