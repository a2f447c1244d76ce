"""The tests, a folder for each kind; ``servers`` runs the real parts they need."""
