"""Work that outlives its request: job records with a lease and a heartbeat, taken up again after a kill."""
