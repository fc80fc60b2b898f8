"""What tests of several packages build their worlds with."""
