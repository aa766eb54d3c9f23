"""Everything a person can do, as verbs; one module a noun."""
