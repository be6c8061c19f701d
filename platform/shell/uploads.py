"""Files that people send: only where a page takes them, only from whoever is signed in, never more than the page takes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

View = TypeVar("View", bound=Callable[..., Any])
OTHER_FIELDS = 2**20  # bytes of a form beside its file


def takes_files(*, most: int) -> Callable[[View], View]:
    """Declares that a view takes files of up to ``most`` bytes."""

    def declare(view: View) -> View:
        view.largest_upload = most  # type: ignore[attr-defined]
        return view

    return declare


class LimitedUpload(TemporaryFileUploadHandler):
    """Keeps a file in the folder of uploads; refuses a body that is too large before and while it comes in."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *rest: Any, **options: Any) -> None:
        """Refuses at once what says that it is too large. Raises RequestDataTooBig."""
        self.most = _largest_upload(self.request)
        self.came = 0
        if content_length > self.most + OTHER_FIELDS:
            raise RequestDataTooBig

    def new_file(self, *arguments: Any, **options: Any) -> None:
        """Leaves out a file that nobody asked for."""
        if not self.most:
            raise SkipFile
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
        super().new_file(*arguments, **options)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Refuses a body that turns out larger than it said. Raises RequestDataTooBig."""
        self.came += len(raw_data)
        if self.came > self.most:
            self.upload_interrupted()  # removes what came
            raise RequestDataTooBig
        super().receive_data_chunk(raw_data, start)


def _largest_upload(request: Any) -> int:
    match = getattr(request, "resolver_match", None)
    user = getattr(request, "user", None)
    is_somebody = user is not None and user.is_authenticated
    return getattr(match.func, "largest_upload", 0) if match and is_somebody else 0
