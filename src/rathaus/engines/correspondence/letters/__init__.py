"""The letter format: front matter and Markdown with FEEL placeholders, compiled once and filled many times."""
