"""Which person runs an operator's command."""

import os
import pwd


def account() -> str:
    """Whose account this is, by the kernel's word and not the environment's."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
