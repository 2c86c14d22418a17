"""Run any long job: events out, cancel in; in this process or in a child process."""
