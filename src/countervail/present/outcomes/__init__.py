"""What is reported of every country beside the model's own outcomes, one file a kind.

A new one is a new module here that holds an ``OUTCOME``
(:mod:`countervail.present.shelf`): JSON, CSV, screen and ranges take it from there.
"""
