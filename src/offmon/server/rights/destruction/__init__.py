"""Destroying the key of what a deployment's devices disclosed: asked by one person, approved by another, done by the vault."""
