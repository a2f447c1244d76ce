"""Charts as Vega-Lite files, one idea each; `fill` puts rows into them, `export` makes SVG and PNG.

A file declares in `usermeta` the fields of its rows. Colours are names (`viz:c0`) from the style sheet.
"""
