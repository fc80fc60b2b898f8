"""A face's templates, compiled once for a run.

Django forgets what it has compiled whenever settings change, and a test begins with the settings of its face: half of what such a test
did was to compile the same templates anew. What is kept goes by a checksum of the template's source, as Jinja itself has it.
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
