"""Real servers for the tests: found or fetched, started, killed and put away."""
