"""What the person agreed to, and how they withdraw it: on their page, at their device, or by telling somebody (R-LEG-20)."""
