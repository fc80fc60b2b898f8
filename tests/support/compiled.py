"""A face's templates, compiled once for a run.

Django drops compiled templates when settings change, and each test begins with its face's settings. Compiling again took half of such a
test. The cache key is a checksum of the template's source, as in Jinja itself.
"""

from jinja2.bccache import Bucket, BytecodeCache


class CompiledOnce(BytecodeCache):
    """In memory, for as long as the run."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja drops it where the source is another by now."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """After a template was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()
