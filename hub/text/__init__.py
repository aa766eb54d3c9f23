"""Words: the German analyser, the query language, legal citations, and Markdown made safe."""
