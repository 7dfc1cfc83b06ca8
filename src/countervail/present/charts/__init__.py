"""Charts of answers, drawn as SVG in plain Python: one catalogue for page, files and notebook.

A chart is drawn from plain typed rows at two widths. Its numbers come with the words they are read
in, so that chart and table say the same; text in them is never markup.
"""
