"""May old programs work on the schema that these migrations make? docs/how-to/migrations.md"""
