"""Speed and memory of the measures, ours beside other libraries, in one run: `python -m bench`."""
