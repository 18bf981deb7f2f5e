"""How models are made from tables: one file a pipeline, all called through `catalogue.train`.

A pipeline is pure: a table in, the bytes of a model and its training card out. It runs on one thread.
"""
