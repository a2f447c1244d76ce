"""Views: frozen models that are the API's answers and the pages' contexts at once."""
