"""The lab: law on a page with switches and sliders, and what it does, solved at every move.

A server on this machine alone (``server``), one process that holds the world and solves
(``solving``), one that draws ranges; the page in ``static``. What is drawn and said is the report's
own (``present.charts``, ``present.sentences``).
"""
