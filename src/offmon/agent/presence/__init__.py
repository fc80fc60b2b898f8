"""How the person knows: the indicator, the notice, what is monitored now, what was sent (R-LEG-31, R-RGT-3)."""
