"""The documentation; `python -m docs.generate` remakes what is made from code."""
