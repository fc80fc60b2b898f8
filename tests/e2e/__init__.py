"""The whole product, through the doors that its users use."""
