"""From FEEL text to a syntax tree (DMN 1.5, 10.3.1)."""
