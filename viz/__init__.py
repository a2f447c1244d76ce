"""Pictures: plain specs in, safe HTML, SVG and PNG out. Knows nothing of the rest of the house.

`spec` says what can be drawn, `page` turns a spec into a fragment for a page or into one self-contained file.
"""
