"""The forms of the console, by what they are about.

A form asks for what its action takes. Rules of law are the action's; what it refuses is shown at the head of the form.
"""
