"""How good answers are: figures by task, comparison of two versions, and the gate a version has to pass."""
