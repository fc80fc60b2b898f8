"""A face without upload forms refuses a file before reading a byte, so that nothing of it reaches a disk.

Otherwise Django would write anything over 2.5 MB into a temporary folder during the request, whatever its page.
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
