"""The command line: every subcommand calls the same functions as the window."""
