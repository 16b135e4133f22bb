"""Files that somebody sends to do harm, or by mistake: made here, none of them kept anywhere."""

import io
import struct
import zipfile
import zlib
from io import BytesIO

import pikepdf
from PIL import Image, PngImagePlugin

from tests.applications.files import pdf, picture

MARK = "HARMFUL"  # what must not be found in any copy
NEITHER = "is neither a PDF nor a JPEG or PNG picture. Save it as one of these."
DAMAGED = "cannot be opened; it may be damaged. Save it anew and choose it again."
EMPTY = "is empty. Choose the file again."
LARGE = "is larger than 10 MB. Choose a smaller file."
LOCKED = "is protected by a password. Save it without and choose it again."
PIXELS = "has too many pixels. Make it smaller."
PAGES = "has more than 200 pages. Attach only those that matter here."
COMPLICATED = "is too complicated to be opened safely. Print it to a new PDF and choose that."
UNDRAWN = (
    "holds a form whose answers would not be seen here. Print it to a new PDF and choose that."
)
KEPT = ""  # taken in, without what harms


def acting(change):
    """Return a PDF to which something was done, uncompressed so that the mark can be found."""
    made, document = BytesIO(), pikepdf.new()
    document.add_blank_page()
    change(document)
    document.save(made, compress_streams=False)
    return made.getvalue()


def action(kind, **more):
    return pikepdf.Dictionary(S=pikepdf.Name(kind), **more)


def script():
    return action("/JavaScript", JS=pikepdf.String(f"app.alert('{MARK}')"))


def with_script(document):
    names = pikepdf.Array([pikepdf.String("a"), document.make_indirect(script())])
    document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))


def when_opened(document):
    document.Root.OpenAction = document.make_indirect(script())


def when_a_page_is_shown(document):
    document.pages[0].obj.AA = pikepdf.Dictionary(O=script())


def with_launch(document):
    document.Root.OpenAction = action("/Launch", F=pikepdf.String(f"{MARK}.exe"))


def with_link(document):
    link = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Link, "Rect": [0, 0, 600, 700]}
    to = action("/URI", URI=pikepdf.String(f"https://{MARK}.example/"))
    annotation = pikepdf.Dictionary(**link, A=to)
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(annotation)])


def with_file_of_a_note(document):
    embedded = document.make_stream(MARK.encode(), Type=pikepdf.Name.EmbeddedFile)
    file = pikepdf.Dictionary(F=pikepdf.String("a.exe"), EF=pikepdf.Dictionary(F=embedded))
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FileAttachment, Rect=[0, 0, 9, 9], FS=file
    )
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])


def with_file(document):
    document.attachments["a.exe"] = MARK.encode()


def with_form(document):
    packet = document.make_stream(f"<xdp>{MARK}</xdp>".encode())
    document.Root.AcroForm = pikepdf.Dictionary(XFA=packet, Fields=pikepdf.Array())


def filled_in(document, drawing=None, *, value="Kari", **more):
    """Fill in the field of a form; without a drawing, whoever opens the form has to draw it."""
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        FT=pikepdf.Name.Tx,
        V=pikepdf.String(value),
        Rect=[20, 100, 280, 130],
        **more,
    )
    if drawing is not None:
        resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font))
        box = {"Subtype": pikepdf.Name.Form, "BBox": [0, 0, 260, 30], "Resources": resources}
        field.AP = pikepdf.Dictionary(N=document.make_stream(drawing, **box))
    field = document.make_indirect(field)
    document.pages[0].obj.Annots = pikepdf.Array([field])
    # As office programs write it into every form, drawn or not.
    form = pikepdf.Dictionary(Fields=pikepdf.Array([field]), NeedAppearances=True)
    document.Root.AcroForm = document.make_indirect(form)


def filled_in_and_drawn(document):
    filled_in(document, b"/Tx BMC BT /Helv 12 Tf 2 5 Td (Kari) Tj ET EMC")


def filled_in_with_an_empty_drawing(document):
    filled_in(document, b"/Tx BMC EMC")


def left_empty(document):
    filled_in(document, value=" ")


def filled_in_and_hidden(document):
    filled_in(document, F=2)


def drawn_by_its_reader(document):
    with_form(document)
    document.Root.NeedsRendering = True


def with_a_note_that_nobody_drew(document):
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.FreeText,
        Rect=[0, 0, 9, 9],
        Contents=pikepdf.String("Kari"),
    )
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])


def that_sends_itself(document):
    to = action("/SubmitForm", F=pikepdf.String(f"https://{MARK}.example/"))
    document.Root.OpenAction = to


def with_film(document):
    film = document.make_stream(MARK.encode())
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.RichMedia,
        Rect=[0, 0, 9, 9],
        RichMediaContent=pikepdf.Dictionary(Assets=film),
    )
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])


def with_program(document):
    drawn = document.make_stream(MARK.encode(), Subtype=pikepdf.Name.PS, Type=pikepdf.Name.XObject)
    resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=drawn))
    document.pages[0].obj.Resources = resources


def with_page_elsewhere(document):
    form = document.make_stream(b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    form.Ref = pikepdf.Dictionary(F=pikepdf.String(f"//{MARK}/share.pdf"), Page=0)
    resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=form))
    document.pages[0].obj.Resources = resources


def with_content_elsewhere(document):
    content = document.make_stream(b"")
    content.F = pikepdf.String(f"//{MARK}/share")
    document.pages[0].obj.Contents = content


def with_maker(document):
    document.docinfo["/Author"] = MARK
    with document.open_metadata() as told:
        told["dc:creator"] = [MARK]


def with_hidden_action_in_tags(document):
    tag = pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.P, Deep=script())
    document.Root.StructTreeRoot = document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot, K=pikepdf.Array([tag, script()]))
    )


def that_unfolds(document):
    document.pages[0].obj.Contents = document.make_stream(
        zlib.compress(zlib.compress(bytes(400_000_000), 9), 9),
        Filter=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode]),
    )


def with_huge_picture(document):
    drawn = document.make_stream(
        zlib.compress(bytes(1000)), Filter=pikepdf.Name.FlateDecode, Subtype=pikepdf.Name.Image
    )
    drawn.Width, drawn.Height = 60_000, 60_000
    document.pages[0].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=drawn))


def table(entries):
    """Return a PDF written by hand: objects, and where each one begins."""
    made, places = b"%PDF-1.7\n", []
    for number, each in enumerate(entries, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{each}\nendobj\n".encode()
    began = len(made)
    made += f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode()
    made += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    ends = f"/Size {len(places) + 1} /Root 1 0 R /Prev {began}"
    return made + f"trailer << {ends} >>\nstartxref\n{began}\n%%EOF".encode()


def looping_pages():
    """Pages that hold themselves, and a table that comes before itself."""
    return table(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [ 2 0 R ] /Count 1 >>",
        ]
    )


def nested():
    """A page tree as deep as a well."""
    return table(["<< /Type /Catalog /Pages 2 0 R >>", "[" * 100_000 + "]" * 100_000])


def chunk(kind, content):
    sum_ = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", sum_)


def claiming(width, height, content=b""):
    """Return a PNG that says it is as large as this, whatever is in it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    made = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return made + chunk(b"IDAT", zlib.compress(content)) + chunk(b"IEND", b"")


def with_text_that_unfolds():
    bomb = b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9)
    whole = picture("PNG")
    return whole[:33] + chunk(b"zTXt", bomb) + whole[33:]


def photographed():
    """A photo that tells where it was taken and by whom."""
    photo, told = Image.effect_noise((40, 20), 50).convert("RGB"), Image.Exif()
    told[0x013B], told[0x0112] = MARK, 6  # the artist; and that it is to be turned
    told.get_ifd(0x8825).update({1: "N", 2: (57.0, 42.0, 0.0), 3: "E", 4: (11.0, 58.0, 0.0)})
    made = BytesIO()
    photo.save(made, "JPEG", exif=told, comment=MARK)
    return made.getvalue()


def inscribed():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", MARK)
    made = BytesIO()
    Image.new("RGB", (9, 9)).save(made, "PNG", pnginfo=told)
    return made.getvalue()


def archive(name="a.txt"):
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr(name, MARK)
    return made.getvalue()


def animated():
    made = BytesIO()
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(made, "GIF", save_all=True, append_images=frames[1:])
    return made.getvalue()


def in_format(kind):
    made = io.BytesIO()
    Image.new("RGB", (9, 9)).save(made, kind)
    return made.getvalue()


PAGE = f"<html><script>alert('{MARK}')</script></html>".encode()
DRAWING = f"<svg xmlns='http://www.w3.org/2000/svg' onload='{MARK}()'/>".encode()
STYLED = b"<?xml version='1.0'?>" + DRAWING
WHOLE = pdf(pages=3)

# name of the file, what is in it, and what is said: "" when it is kept without what harms
CORPUS = [
    ("script.pdf", acting(with_script), KEPT),
    ("open.pdf", acting(when_opened), KEPT),
    ("shown.pdf", acting(when_a_page_is_shown), KEPT),
    ("launch.pdf", acting(with_launch), KEPT),
    ("link.pdf", acting(with_link), KEPT),
    ("note.pdf", acting(with_file_of_a_note), KEPT),
    ("embedded.pdf", acting(with_file), KEPT),
    ("xfa.pdf", acting(with_form), KEPT),
    ("drawn.pdf", acting(filled_in_and_drawn), KEPT),
    ("left-empty.pdf", acting(left_empty), KEPT),
    ("filled-hidden.pdf", acting(filled_in_and_hidden), KEPT),
    ("submit.pdf", acting(that_sends_itself), KEPT),
    ("film.pdf", acting(with_film), KEPT),
    ("program.pdf", acting(with_program), KEPT),
    ("reference.pdf", acting(with_page_elsewhere), KEPT),
    ("outside.pdf", acting(with_content_elsewhere), KEPT),
    ("author.pdf", acting(with_maker), KEPT),
    ("tags.pdf", acting(with_hidden_action_in_tags), KEPT),
    ("pdf-and-page.pdf", WHOLE + PAGE, KEPT),
    ("pdf-and-zip.pdf", WHOLE + archive(), KEPT),
    ("gps.jpg", photographed(), KEPT),
    ("text.png", inscribed(), KEPT),
    ("png-and-php.png", picture("PNG") + b"<?php " + MARK.encode(), KEPT),
    ("jpeg-and-zip.jpg", picture("JPEG") + archive(), KEPT),
    ("picture-called.pdf", picture("PNG"), KEPT),
    ("bomb.pdf", acting(that_unfolds), COMPLICATED),
    ("huge-inside.pdf", acting(with_huge_picture), PIXELS),
    ("long.pdf", pdf(pages=201), PAGES),
    ("filled.pdf", acting(filled_in), UNDRAWN),
    ("frame.pdf", acting(filled_in_with_an_empty_drawing), UNDRAWN),
    ("remark.pdf", acting(with_a_note_that_nobody_drew), UNDRAWN),
    ("dynamic.pdf", acting(drawn_by_its_reader), UNDRAWN),
    ("locked.pdf", pdf(password="secret"), LOCKED),
    ("loop.pdf", looping_pages(), DAMAGED),
    ("deep.pdf", nested(), DAMAGED),
    ("cut.pdf", WHOLE[: len(WHOLE) // 3], DAMAGED),
    ("header-only.pdf", b"%PDF-1.7\n", DAMAGED),
    ("no-pages.pdf", pdf(pages=0), DAMAGED),
    ("noise.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 400, DAMAGED),
    ("page-before.pdf", PAGE + WHOLE, NEITHER),
    ("gif-before.pdf", animated() + WHOLE, NEITHER),
    ("wide.png", claiming(60_000, 60_000), PIXELS),
    ("endless.png", claiming(2**31 - 1, 2**31 - 1), PIXELS),
    ("flat.png", claiming(0, 0), DAMAGED),
    ("hollow.png", claiming(50, 50), DAMAGED),
    ("text-bomb.png", with_text_that_unfolds(), DAMAGED),
    ("cut.png", picture("PNG", (300, 300))[:900], DAMAGED),
    ("cut.jpg", picture("JPEG", (300, 300))[:500], DAMAGED),
    ("noise.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40, DAMAGED),
    ("nothing.pdf", b"", EMPTY),
    ("zeros.pdf", bytes(5000), NEITHER),
    ("heavy.pdf", WHOLE + bytes(10_000_001), LARGE),
    ("page.pdf", PAGE, NEITHER),
    ("page.html", PAGE, NEITHER),
    ("drawing.svg", DRAWING, NEITHER),
    ("drawing.png", STYLED, NEITHER),
    ("program.png", b"MZ\x90\x00" + bytes(500), NEITHER),
    ("program.jpg", b"\x7fELF" + bytes(500), NEITHER),
    ("shell.pdf", b"#!/bin/sh\n" + MARK.encode(), NEITHER),
    ("archive.pdf", archive(), NEITHER),
    ("letter.docx", archive("word/document.xml"), NEITHER),
    ("film.gif", animated(), NEITHER),
    ("scan.tiff", in_format("TIFF"), NEITHER),
    ("picture.bmp", in_format("BMP"), NEITHER),
    ("text.pdf", "inte en pdf".encode("utf-16"), NEITHER),
]
