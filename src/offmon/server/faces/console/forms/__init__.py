"""The forms of the console, by what they are about.

A form asks for what its action takes. Rules of law are the action's; the form shows its refusal at the head.
"""
