"""The views, by subject. Each says who may open it. Queries and actions decide which cases that reaches."""
