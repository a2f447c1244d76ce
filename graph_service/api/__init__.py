"""The API: routes that carry views, one shape of problem, one factory (`app.create_app`)."""
