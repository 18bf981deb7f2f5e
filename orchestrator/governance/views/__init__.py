"""The doors of governance, one module a noun."""
