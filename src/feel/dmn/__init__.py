"""Decision models: DMN 1.3 to 1.5 XML, decision tables, boxed expressions."""
