"""Help from a language model while building: a workflow from a sentence, a formula from words.

What the model is told of workflows is data for it, and what it says is data for us: a proposal is checked like any
draft, and a person applies it.
"""
