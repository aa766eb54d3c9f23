"""What survives when processes and databases are killed in the middle of everything: `python -m tests.crash`."""
