"""The views, by what they are about. Each says who may open it; which case that reaches is decided below, in queries and actions."""
