"""Renderers of documents, each written once: terminal, Markdown, HTML, CSV."""
