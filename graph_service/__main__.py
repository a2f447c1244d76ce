"""`python -m graph_service` is the command `graph-service`."""

from graph_service.cli.app import run

if __name__ == "__main__":
    run()
