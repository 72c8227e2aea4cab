"""From a filled letter to PDF (Typst) and HTML."""
