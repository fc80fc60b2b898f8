"""How long a test waits for what must come. It ends a test that hangs; how busy the machine is decides nothing."""

from typing import Final

PATIENCE_S: Final = 120.0
PATIENCE_MS: Final = PATIENCE_S * 1000
