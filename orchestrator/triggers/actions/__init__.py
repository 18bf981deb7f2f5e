"""The verbs of what starts runs by itself, one module a noun."""
