"""A face none of whose forms takes a file refuses one before a byte of it is read: nothing of it reaches a disk.

Without a handler of its own, Django would write whatever is larger than 2.5 MB into a folder of temporary files while the request lasts,
whatever it is and whichever page it was sent to.
"""

from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class NoUploads(FileUploadHandler):
    """For FILE_UPLOAD_HANDLERS, alone: any file at all is more than the face takes (413)."""

    def new_file(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse it at its first header. Raises RequestDataTooBig."""
        raise RequestDataTooBig("This face takes no file.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> NoReturn:  # noqa: ARG002  # Django's signature
        """Never asked, since `new_file` refuses; and if it were, nothing is kept. Raises RequestDataTooBig."""
        raise RequestDataTooBig("This face takes no file.")

    def file_complete(self, file_size: int) -> None:
        """There is none."""
