"""The verbs of governance, one module a noun. Each function decides, writes and leaves its mark in the trail."""
