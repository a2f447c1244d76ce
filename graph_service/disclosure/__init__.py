"""Who may see what: scope, suppression, release. Scope limits what is shown, never what is computed."""
