"""Rewrites an uploaded PDF or picture so that only its look is left: nothing in it acts or hides.

Knows nothing of Django: `papers` runs it as a process of its own, with limits, because what it opens
was made by a stranger. Reads the file on standard input, writes the copy on standard output; the
exit status says why there is none.
"""

import re
import resource
import sys
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

# A small file can unfold to something that fills the memory; papers of a course are far below this.
MOST_PIXELS = 60_000_000
MOST_PAGES = 200
MOST_OBJECTS = 100_000
MOST_UNFOLDED = 100_000_000  # bytes of text, fonts and drawings; pictures count by their pixels
MOST_MEMORY = 1_500_000_000
SECONDS = 10

# Why there is no copy, as exit status
DAMAGED, LOCKED, PAGES, PIXELS, LARGE, UNDRAWN = 10, 11, 12, 13, 14, 15

# What a document shows is kept; what it does, carries along or tells about its maker is not.
KEPT_OF_THE_DOCUMENT = {
    "/Type",
    "/Pages",
    "/Lang",
    "/MarkInfo",
    "/StructTreeRoot",
    "/PageLabels",
    "/OCProperties",
    "/OutputIntents",
}
NEVER = {
    "/AA",
    "/AcroForm",
    "/AF",
    "/Annots",
    "/EF",
    "/EmbeddedFiles",
    "/JavaScript",
    "/JS",
    "/Metadata",
    "/Names",
    "/OPI",
    "/OpenAction",
    "/PieceInfo",
    "/PresSteps",
    "/Ref",
    "/RichMediaContent",
    "/Thumb",
    "/URI",
    "/XFA",
}
ACTIONS = {
    "/GoTo",
    "/GoTo3DView",
    "/GoToE",
    "/GoToR",
    "/Hide",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Named",
    "/Rendition",
    "/ResetForm",
    "/RichMediaExecute",
    "/SetOCGState",
    "/Sound",
    "/SubmitForm",
    "/Thread",
    "/Trans",
    "/URI",
}
OUTSIDE = {"/F", "/FFilter", "/FDecodeParms"}  # a stream whose content lies in another file
UNFOLDING = {"/FlateDecode", "/Fl"}
# What writes or places something in the drawing of a field; an empty one only has a frame.
WRITES = re.compile(rb"T[jJ]|['\"]|\bDo\b")
HIDDEN = 2 | 32  # bits of a note that is not shown
DEEPEST = 20  # parents of a field


class Refused(Exception):
    """There is no copy: `why` is one of the exit statuses above."""

    def __init__(self, why: int) -> None:
        super().__init__(str(why))
        self.why = why


def scrubbed(content: bytes) -> bytes:
    """Return the copy of a PDF, JPEG or PNG; the same bytes every time. Raises Refused."""
    try:
        return _pdf(content) if content.startswith(b"%PDF") else _picture(content)
    except MemoryError:
        raise Refused(LARGE) from None
    except RecursionError:
        raise Refused(DAMAGED) from None


# PDF


def _pdf(content: bytes) -> bytes:
    import pikepdf  # the two libraries are slow to load, and each file needs but one

    try:
        with pikepdf.open(BytesIO(content)) as document:
            return _rewritten(document)
    except pikepdf.PasswordError:
        raise Refused(LOCKED) from None
    except (pikepdf.PikepdfError, RuntimeError, ValueError, TypeError, KeyError, OverflowError):
        raise Refused(DAMAGED) from None


def _rewritten(document: Any) -> bytes:
    _require_pages(document)
    _require_drawn(document)
    document.flatten_annotations()  # what was filled in or stamped becomes part of the page
    _strip(document)
    made = BytesIO()
    # Saved in clear, also what opens for everybody and asks for a password to be changed.
    document.save(made, deterministic_id=True)
    return made.getvalue()


def _require_pages(document: Any) -> None:
    pages = len(document.pages)
    # A file that was cut off can be mended, but may have lost some of its pages.
    if not pages or any("damaged" in words for words in document.get_warnings()):
        raise Refused(DAMAGED)
    if pages > MOST_PAGES:
        raise Refused(PAGES)


def _require_drawn(document: Any) -> None:
    """Refuse what the program that opens it would draw: in the copy nobody would see that it was there."""
    notes = (each for page in document.pages for each in _notes(page.obj))
    if document.Root.get("/NeedsRendering") is True or any(map(_is_undrawn, notes)):
        raise Refused(UNDRAWN)
    form = document.Root.get("/AcroForm")
    if _holds(form) and "/NeedAppearances" in form:
        del form.NeedAppearances  # of such a form no field would become part of the page


def _notes(page: Any) -> list[Any]:
    import pikepdf

    notes = page.get("/Annots")
    listed = list(notes) if isinstance(notes, pikepdf.Array) else []
    return [each for each in listed if isinstance(each, pikepdf.Dictionary)]


def _is_undrawn(note: Any) -> bool:
    if int(note.get("/F", 0)) & HIDDEN:
        return False
    if str(note.get("/Subtype")) == "/FreeText":
        return bool(str(note.get("/Contents", "")).strip()) and "/AP" not in note
    if str(note.get("/Subtype")) != "/Widget" or not _is_filled(_of_field(note, "/V")):
        return False
    return not _is_written(note.get("/AP"))


def _of_field(note: Any, name: str) -> Any:
    """Return what a field or the nearest of its parents says."""
    for _nth in range(DEEPEST):
        if name in note:
            return note[name]
        if "/Parent" not in note:
            break
        note = note.Parent
    return None


def _is_filled(value: Any) -> bool:
    import pikepdf

    if isinstance(value, pikepdf.Name):
        return value != pikepdf.Name.Off
    if isinstance(value, pikepdf.String):
        return bool(str(value).strip())
    return isinstance(value, pikepdf.Array | pikepdf.Stream)  # a signature is a dictionary


def _is_written(look: Any) -> bool:
    """Tell whether something stands in the drawing of a field; a box to tick has one of each state."""
    import pikepdf

    drawn = look.get("/N") if isinstance(look, pikepdf.Dictionary) else None
    if isinstance(drawn, pikepdf.Stream):
        return bool(WRITES.search(drawn.read_bytes()))
    return isinstance(drawn, pikepdf.Dictionary)


def _strip(document: Any) -> None:
    """Take out all that is not looked at, and count what the rest unfolds to."""
    for name in set(document.Root.keys()) - KEPT_OF_THE_DOCUMENT:
        del document.Root[name]
    for name in set(document.trailer.keys()) & {"/Info"}:
        del document.trailer[name]
    unfolded = 0
    for each in _parts(document.Root):
        unfolded += _size(each)
        if unfolded > MOST_UNFOLDED:
            raise Refused(LARGE)


def _parts(root: Any) -> Iterator[Any]:
    """Return every stream below *root*, each dictionary on the way stripped."""
    import pikepdf

    seen, waiting = set(), [root]
    while waiting:
        each = waiting.pop()
        if each.is_indirect:
            if each.objgen in seen:
                continue
            seen.add(each.objgen)
        if len(seen) > MOST_OBJECTS:
            raise Refused(LARGE)
        if isinstance(each, pikepdf.Stream):
            yield each
        waiting += [inner for inner in _stripped(each) if _holds(inner)]


def _stripped(each: Any) -> list[Any]:
    import pikepdf

    if isinstance(each, pikepdf.Array):
        for place, inner in enumerate(each):
            if _acts(inner):
                each[place] = pikepdf.Dictionary()
        return list(each)
    outside = OUTSIDE if isinstance(each, pikepdf.Stream) else set()
    for name in list(each.keys()):
        if name in NEVER or name in outside or _acts(each[name]):
            del each[name]
    return [each[name] for name in each.keys()]  # noqa: SIM118 (a PDF object has its own keys)


def _holds(value: Any) -> bool:
    import pikepdf

    return isinstance(value, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream)


def _acts(value: Any) -> bool:
    """Tell whether something is an action, or a drawing that is a program (PostScript)."""
    import pikepdf

    if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        return False
    return str(value.get("/S")) in ACTIONS or str(value.get("/Subtype")) == "/PS"


def _size(stream: Any) -> int:
    """Return to how many bytes a stream unfolds; a picture's pixels are limited instead."""
    if str(stream.get("/Subtype")) == "/Image":
        if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MOST_PIXELS:
            raise Refused(PIXELS)
        return 0
    content = stream.read_raw_bytes()
    for name in _filters(stream):
        if name not in UNFOLDING:
            return len(content)
        content = _unfolded(content)
    return len(content)


def _filters(stream: Any) -> list[str]:
    import pikepdf

    named = stream.get("/Filter")
    if named is None:
        return []
    return [str(each) for each in named] if isinstance(named, pikepdf.Array) else [str(named)]


def _unfolded(content: bytes) -> bytes:
    unfolding = zlib.decompressobj()
    try:
        made = unfolding.decompress(content, MOST_UNFOLDED)
    except zlib.error:
        return content
    if unfolding.unconsumed_tail:
        raise Refused(LARGE)
    return made


# Pictures


def _picture(content: bytes) -> bytes:
    from PIL import Image, ImageFile, ImageOps

    # WeasyPrint lets half a picture through, and that holds for everything in its process.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Refused(PIXELS)
            kind = "PNG" if picture.format == "PNG" else "JPEG"
            picture.load()
            return _drawn_anew(ImageOps.exif_transpose(picture), kind)
    except Image.DecompressionBombError:
        raise Refused(PIXELS) from None
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, OverflowError):
        raise Refused(DAMAGED) from None


def _drawn_anew(picture: Any, kind: str) -> bytes:
    """Return the pixels alone: no place, no camera, no comment, nothing behind the end."""
    picture.info = {name: value for name, value in picture.info.items() if name == "transparency"}
    made = BytesIO()
    if kind == "PNG":
        picture.save(made, "PNG")
    else:
        plain = picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
        plain.save(made, "JPEG", quality=90)
    return made.getvalue()


# The process


def main() -> int:
    """Copy standard input to standard output, scrubbed; return the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        made = scrubbed(sys.stdin.buffer.read())
    except Refused as refused:
        return refused.why
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
