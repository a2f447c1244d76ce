"""The command line: `app` the commands and their errors, `output` how answers are written, one file a room."""
